// Data: what the account holds.
import { emptyState } from "./empty.js";

export const data = {
  title: "Data",
  open(outlet) {
    outlet.append(emptyState("Data", "Lists, jobs, mail and events."));
    return { move() {}, close() {} };
  },
};
