// Live reading: read something, and read it again when the emulator says that it has changed.
//
//   const reader = live(["lists"], async () => show(await get("/lists")));
//   await reader.again();          // at once, as after a change of one's own
//   reader.close();
import { listen } from "./stream.js";

/** @param {string[]} parts the parts of the account that are shown, as the stream names them. */
export function live(parts, read) {
  let reading = null;
  let anew = false;
  let closed = false;
  let state = null;

  async function run() {
    do {
      anew = false;
      await read();
    } while (anew && !closed);
    reading = null;
  }

  function again() {
    anew = true;
    reading ??= run();
    return reading;
  }

  const stops = [
    listen("changed", (change) => {
      if (change.parts.some((each) => parts.includes(each))) again();
    }),
    listen("state", (next) => {
      if (state === "lost" && next === "live") again();
      state = next;
    }),
  ];
  again();

  return {
    again,
    close: () => {
      closed = true;
      stops.forEach((stop) => stop());
    },
    /** Whether what was read is still to be shown. */
    isOpen: () => !closed,
  };
}
