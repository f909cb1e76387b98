// Row of a call in the table of calls, changed in place as the call is answered.
import { el, fill, say } from "./dom.js";
import { caller, outcome, routeName, took } from "./call_words.js";
import { exactTime } from "./format.js";

export const CALL_COLUMNS = [
  ["Time", "call-time"],
  ["Status", "call-status"],
  ["Route", "call-route"],
  ["Request", "call-request"],
  ["Caller", "call-caller"],
  ["Took", "call-took number"],
];

export class CallRow {
  #cells = CALL_COLUMNS.map(([, name]) => el("td", { role: "cell", class: name }));
  #faults = el("span", {});

  constructor(call, address) {
    this.link = el("a", { class: "call-link", tabindex: -1, href: address });
    this.node = el("tr", { role: "row", "data-number": call.number }, this.#cells);
    this.#cells[2].append(this.link, this.#faults);
    this.#cells[3].append(el("span", { class: "method" }, call.method), " ", el("span", { class: "path", title: call.path }, call.path));
    this.show(call);
  }

  show(call) {
    const [time, status, , , who, seconds] = this.#cells;
    this.call = call;
    say(time, exactTime(call.time));
    fill(status, outcome(call));
    say(this.link, routeName(call));
    fill(this.#faults, call.faults.map((fault) => el("span", { class: "tag", title: "A fault that was scripted for this call" }, fault)));
    say(who, caller(call));
    who.title = who.textContent;
    say(seconds, took(call));
  }

  /** Mark it as the one that is open. */
  mark(on) {
    this.node.classList.toggle("chosen", on);
    if (on) this.link.setAttribute("aria-current", "true");
    else this.link.removeAttribute("aria-current");
  }
}
