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

  async function run() {
    try {
      do {
        anew = false;
        await read();
      } while (anew && !closed);
    } finally {
      reading = null;
    }
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
    listen("begun", again),
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
