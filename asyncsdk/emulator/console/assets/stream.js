// Stream: what the emulator tells by server-sent events, and whether it is there at all.
//
//   const stop = listen("changed", ({ parts }) => ...);   // "call", "missed", "overview", "changed"; stop() ends it
//   listen("state", (state) => ...);                       // "connecting", "live", "lost"; at once, and at each change
//   listen("begun", () => ...);                            // what happened before is not told: read again what you show

const AGAIN_MS = 1000;
const HIDDEN_MS = 60_000;
const EVENTS = ["call", "missed", "overview", "changed"];
const listeners = new Map([...EVENTS, "state", "begun"].map((name) => [name, new Set()]));

let source = null;
let state = "connecting";
let overview = null;
let resting = null;
let again = null;

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
  open();
  document.addEventListener("visibilitychange", rest);
}

function open() {
  clearTimeout(again);
  source = new EventSource("/_emulator/stream");
  source.addEventListener("open", () => {
    become("live");
    tell("begun");
  });
  source.addEventListener("error", () => {
    become("lost");
    if (source.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
  });
  for (const name of EVENTS) {
    source.addEventListener(name, (event) => {
      const value = JSON.parse(event.data);
      if (name === "overview") overview = value;
      tell(name, value);
    });
  }
}

/** A page that nobody sees gives its connection back after a while: browsers have only six for all pages of a server. */
function rest() {
  clearTimeout(resting);
  if (document.hidden) {
    resting = setTimeout(() => {
      clearTimeout(again);
      source.close();
      become("lost");
    }, HIDDEN_MS);
  } else if (source.readyState === EventSource.CLOSED) {
    open();
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
