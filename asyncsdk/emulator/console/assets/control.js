// Control: what may be changed in the emulator.
import { emptyState } from "./empty.js";

export const control = {
  title: "Control",
  open(outlet) {
    outlet.append(emptyState("Control", "The clock, faults, jobs, tokens and limits."));
    return { move() {}, close() {} };
  },
};
