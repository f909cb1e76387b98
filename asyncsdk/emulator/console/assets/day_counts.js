// Counts of the account: calls of the day and the hour, logins, renewals, refused and open calls.
import { el, say } from "./dom.js";
import { number } from "./format.js";
import { listen } from "./stream.js";

const COUNTS = [
  ["Today", (counts) => counts.today, (limits) => limits.calls_per_day],
  ["Last hour", (counts) => counts.last_hour],
  ["Over the limits", (counts) => counts.refused],
  ["Logins this hour", (counts) => counts.logins_this_hour, (limits) => limits.logins_per_hour],
  ["Token renewals", (counts) => counts.renewals],
  ["Open now", (counts) => counts.open_calls],
];

export function dayCounts() {
  const lines = COUNTS.map(([name, value, limit = () => null]) => {
    const shown = el("b", {}, "–");
    const of = el("span", { class: "muted" });
    return { name, value, limit, shown, of, node: el("div", {}, el("dt", {}, name), el("dd", {}, shown, of)) };
  });

  const close = listen("overview", ({ counts, limits }) => {
    for (const line of lines) {
      const most = line.limit(limits);
      const value = line.value(counts) ?? null;
      say(line.shown, number(value));
      const spent = Boolean(most) && value >= most;
      say(line.of, most ? ` of ${number(most)}${spent ? ", spent" : ""}` : "");
      line.node.classList.toggle("count-full", spent);
    }
  });
  return { node: el("dl", { class: "counts", "aria-label": "Counts" }, lines.map((line) => line.node)), close };
}
