// Table of calls: one row each; arrows move between the rows, whose links open them.
import { el } from "./dom.js";
import { CALL_COLUMNS, CallRow } from "./call_row.js";
import { moveByArrows } from "./table.js";

export class CallTable {
  #rows = new Map();
  #open = null;
  #stop = null;
  #hrefOf;
  #onopen;

  /** @param {{ hrefOf: (number: number) => string, onopen: (call: object, byKeyboard: boolean) => void }} options */
  constructor({ hrefOf, onopen }) {
    this.#hrefOf = hrefOf;
    this.#onopen = onopen;
    const head = el("tr", { role: "row" }, CALL_COLUMNS.map(([text, name]) => el("th", { role: "columnheader", scope: "col", class: name }, text)));
    this.body = el("tbody", { role: "rowgroup" });
    this.node = el("table", { class: "table calls", role: "table", "aria-label": "Calls, the newest first" }, el("thead", { role: "rowgroup" }, head), this.body);
    this.body.addEventListener("focusin", (event) => this.#stopAt(event.target));
    this.body.addEventListener("click", (event) => this.#pressed(event));
    moveByArrows(this.node);
  }

  /** Show these calls, the newest first; of rows that are there already only the dirty ones are written anew. */
  render(calls, dirty) {
    let place = this.body.firstElementChild;
    for (const call of calls) {
      let row = this.#rows.get(call.number);
      if (row === undefined) row = this.#added(call);
      else if (dirty.has(call.number)) row.show(call);
      if (row.node === place) place = place.nextElementSibling;
      else this.body.insertBefore(row.node, place);
    }
    while (place !== null) {
      const next = place.nextElementSibling;
      this.#rows.delete(Number(place.dataset.number));
      place.remove();
      place = next;
    }
    this.#keepOneStop();
  }

  /** Mark the row of the call that is open; null: of none. */
  choose(number) {
    this.#rows.get(this.#open)?.mark(false);
    this.#open = number;
    this.#rows.get(number)?.mark(true);
  }

  /** Lead to the places of now: the filter is in them. */
  refreshLinks() {
    for (const row of this.#rows.values()) row.link.setAttribute("href", this.#hrefOf(row.call.number));
  }

  /** Put the focus on a call's row; on the newest, if it has none. */
  focus(number) {
    (this.#rows.get(number)?.link ?? this.body.querySelector("a"))?.focus();
  }

  /** The call in whose row an element is; null if it is in none. */
  callOf(element) {
    return this.#rows.get(Number(element.closest("tr")?.dataset.number))?.call ?? null;
  }

  #added(call) {
    const row = new CallRow(call, this.#hrefOf(call.number));
    row.mark(call.number === this.#open);
    this.#rows.set(call.number, row);
    return row;
  }

  /** One row is reached by Tab, the others by the arrows: the open one, or the newest. */
  #keepOneStop() {
    if (!this.body.contains(document.activeElement)) this.#stopAt(this.#rows.get(this.#open)?.link ?? this.body.querySelector("a"));
  }

  #stopAt(link) {
    this.#stop?.setAttribute("tabindex", "-1");
    this.#stop = link;
    this.#stop?.setAttribute("tabindex", "0");
  }

  #pressed(event) {
    const row = this.#rows.get(Number(event.target.closest("tr")?.dataset.number));
    const byKeyboard = event.detail === 0;
    // Other windows are the browser's affair, and a text that is being selected is no press.
    if (row === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!byKeyboard && !getSelection().isCollapsed) return;
    event.preventDefault();
    if (!byKeyboard) row.link.focus({ preventScroll: true, focusVisible: false });
    this.#onopen(row.call, byKeyboard);
  }
}
