// Detail of a call: the request and the answer, masked until somebody asks for addresses and secrets.
import { el } from "./dom.js";
import { get, isAbort } from "./api.js";
import { callAnswer, callArguments, callFacts, callRequest, callTitle } from "./call_parts.js";
import { iconButton, toggle } from "./controls.js";
import { problemState } from "./empty.js";
import { keepFocus } from "./focus.js";
import { panel } from "./panel.js";
import { href } from "./router.js";
import { listen } from "./stream.js";

export class CallDetail {
  #number = null;
  #plain = false;
  #unfolded = new Set();
  #loading = null;
  #side;
  #stops;

  /** @param {{ onclose: () => void, onstep: (step: 1 | -1) => void }} options `onstep`: to the next older or newer call. */
  constructor({ onclose, onstep }) {
    const tools = [iconButton("up", "Newer call", { onclick: () => onstep(-1) }), iconButton("down", "Older call", { onclick: () => onstep(1) })];
    this.#side = panel({ label: "Call", onclose, tools });
    this.node = this.#side.node;
    const again = () => this.#number !== null && this.#load();
    this.#stops = [
      listen("call", (call) => call.number === this.#number && call.state !== "open" && this.#load()),
      listen("missed", again),
      listen("changed", ({ parts }) => parts.includes("calls") && again()),
      listen("begun", again),
    ];
  }

  /** Open a call by its number; null closes it. */
  show(number) {
    if (number === this.#number) return;
    this.#number = number;
    if (number === null) {
      this.#loading?.abort();
      this.#side.hide();
      return;
    }
    // What is open must be there at once, so that it can take the focus.
    if (this.node.hidden) this.#side.show(el("h2", {}, `Call ${number}`));
    this.#side.top();
    this.#load();
  }

  focus() {
    this.#side.focus();
  }

  close() {
    this.#loading?.abort();
    for (const stop of this.#stops) stop();
  }

  async #load() {
    this.#loading?.abort();
    this.#loading = new AbortController();
    try {
      const call = await get(`/calls/${this.#number}`, { plain: this.#plain }, { signal: this.#loading.signal });
      keepFocus(() => this.#side.show(callTitle(call), this.#tools(call), ...this.#parts(call)));
    } catch (error) {
      if (!isAbort(error)) this.#side.show(el("h2", {}, `Call ${this.#number}`), problemState(error, () => this.#load()));
    }
  }

  #tools(call) {
    const onchange = (on) => {
      this.#plain = on;
      this.#load();
    };
    return el("div", { class: "detail-tools" },
      toggle("Show addresses and secrets", { on: this.#plain, onchange }),
      call.route && el("a", { href: href("traffic", [], { route: call.route }) }, "Only this route"));
  }

  #parts = (call) => [callFacts(call), callArguments(call), callRequest(call, this.#unfolded), callAnswer(call, this.#unfolded)];
}
