// Formats of numbers and times. Times are milliseconds since 1970 by the emulator's clock; durations are seconds.

const whole = new Intl.NumberFormat("en-US");
const two = (value) => String(value).padStart(2, "0");

/** 12345 as "12,345"; nothing as a dash. */
export const number = (value) => (value === null || value === undefined ? "–" : whole.format(value));

/** "1 call", "12 calls": `many` only where it is not the word and an s. */
export const count = (value, word, many = `${word}s`) => `${number(value)} ${value === 1 ? word : many}`;

/** 14:02:11 */
export function clockTime(time) {
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** 14:02:11.042 */
export const exactTime = (time) => `${clockTime(time)}.${String(Math.floor(time) % 1000).padStart(3, "0")}`;

/** 2026-03-01 */
export function day(time) {
  const at = new Date(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** 2026-03-01 14:02:11; a dash where there is none. */
export const dateTime = (time) => (time === null || time === undefined ? "–" : `${day(time)} ${clockTime(time)}`);

/** 0.0123 as "12 ms", 2.5 as "2.50 s"; a dash while there is none. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 0.001) return "<1 ms";
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;
}

/** 5400 as "1 h 30 min": for spans that people choose. */
export function span(seconds) {
  const sign = seconds < 0 ? "-" : "";
  let left = Math.round(Math.abs(seconds));
  const parts = [];
  for (const [size, word] of [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]) {
    const times = Math.floor(left / size);
    left -= times * size;
    if (times > 0) parts.push(`${number(times)} ${word}`);
  }
  return sign + (parts.slice(0, 2).join(" ") || "0 s");
}

/** 20480 as "20.0 KB". */
export function bytes(size) {
  if (size < 1024) return count(size, "byte");
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}
