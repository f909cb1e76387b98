// Traffic: the calls as they arrive.
import { emptyState } from "./empty.js";

export const traffic = {
  title: "Traffic",
  open(outlet) {
    outlet.append(emptyState("Traffic", "No calls yet."));
    return { move() {}, close() {} };
  },
};
