// Emulator's time: what the stream told last, and how much of this machine's time has passed since it came.
import { listen } from "./stream.js";

let difference = 0;

// Once, for all: who begins to listen later is given the overview that is kept, not when it came.
listen("overview", ({ clock }) => {
  difference = clock.time - Date.now();
});

/** @returns {number} milliseconds since 1970. */
export const emulatorTime = () => Date.now() + difference;
