// Stream: what the emulator tells by server-sent events, and whether it is there at all.
//
//   const stop = listen("changed", ({ parts }) => ...);   // "call", "overview", "changed"; stop() ends it
//   listen("state", (state) => ...);                       // "connecting", "live", "lost"; at once, and at each change
//
// "live" after "lost" means that the emulator was away: read again what you show.

const AGAIN_MS = 1000;
const listeners = new Map(["call", "overview", "changed", "state"].map((name) => [name, new Set()]));

let source = null;
let state = "connecting";
let overview = null;

export function listen(name, listener) {
  listeners.get(name).add(listener);
  if (name === "state") listener(state);
  if (name === "overview" && overview !== null) listener(overview);
  return () => listeners.get(name).delete(listener);
}

/** Whether the emulator answers. */
export const streamState = () => state;

/** Connect, and stay connected: also when the emulator was away for long, or answered with an error. */
export function connect() {
  source = new EventSource("/_emulator/stream");
  source.addEventListener("open", () => become("live"));
  source.addEventListener("error", () => {
    become("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, AGAIN_MS);
  });
  for (const name of ["call", "overview", "changed"]) {
    source.addEventListener(name, (event) => {
      const value = JSON.parse(event.data);
      if (name === "overview") overview = value;
      tell(name, value);
    });
  }
}

function become(next) {
  if (next === state) return;
  state = next;
  tell("state", state);
}

function tell(name, value) {
  for (const listener of [...listeners.get(name)]) listener(value);
}
