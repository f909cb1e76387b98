// Words for a call: its state as a badge, and who made it.
import { badge } from "./badge.js";
import { duration } from "./format.js";

/** How a call went: never by colour alone. */
export function outcome(call) {
  if (call.state === "open") return badge("open", "wait", { title: "Not answered yet" });
  if (call.status === null) return badge("cut", "bad", { title: "The connection was cut: the caller has no answer" });
  if (call.refused) return badge(`${call.status} limit`, "warn", { title: "Refused: over the account's limits" });
  if (call.status >= 400) return badge(call.status, "bad");
  return badge(call.status, call.status < 300 ? "good" : "info");
}

/** The program and the token's last characters. */
export function caller(call) {
  const agent = call.agent || "no user agent";
  return call.token ? `${agent} · …${call.token}` : agent;
}

/** How long a call took; a dash while it is open. */
export const took = (call) => duration(call.seconds);

/** The route's name; the emulator does not know every path. */
export const routeName = (call) => call.route || "unknown path";
