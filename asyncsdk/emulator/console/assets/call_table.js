// Table of calls: one row each, changed in place; arrows move between the rows, whose links open them.
import { el, fill, say } from "./dom.js";
import { caller, outcome, routeName, took } from "./call_words.js";
import { exactTime } from "./format.js";
import { moveByArrows } from "./table.js";

const HEADINGS = [["Time", "call-time"], ["Status", "call-status"], ["Route", "call-route"], ["Request", "call-request"], ["Caller", "call-caller"], ["Took", "call-took number"]];

/** @param {{ hrefOf: (call: object) => string, onopen: (call: object, byKeyboard: boolean) => void }} options */
export function callTable({ hrefOf, onopen }) {
  const rows = new Map();
  const body = el("tbody", { role: "rowgroup" });
  const head = el("tr", { role: "row" }, HEADINGS.map(([text, name]) => el("th", { role: "columnheader", scope: "col", class: name }, text)));
  const node = el("table", { class: "table calls", role: "table", "aria-label": "Calls, the newest first" }, el("thead", { role: "rowgroup" }, head), body);
  let open = null;
  let stop = null;

  function rowOf(call) {
    const cells = HEADINGS.map(([, name]) => el("td", { role: "cell", class: name }));
    const link = el("a", { class: "call-link", tabindex: -1 });
    const faults = el("span", { class: "call-faults" });
    cells[2].append(link, faults);
    const row = { call, cells, link, faults, node: el("tr", { role: "row", "data-number": call.number }, cells) };
    update(row, call);
    return row;
  }

  function update(row, call) {
    const [time, status, , request, who, seconds] = row.cells;
    row.call = call;
    say(time, exactTime(call.time));
    fill(status, outcome(call));
    say(row.link, routeName(call));
    row.link.setAttribute("href", hrefOf(call));
    fill(row.faults, call.faults.map((fault) => el("span", { class: "tag", title: "A fault that was scripted for this call" }, fault)));
    if (request.firstChild === null) request.append(el("span", { class: "method" }, call.method), " ", el("span", { class: "path", title: call.path }, call.path));
    say(who, caller(call));
    who.title = who.textContent;
    say(seconds, took(call));
    mark(row);
  }

  function mark(row) {
    const on = row.call.number === open;
    row.node.classList.toggle("chosen", on);
    if (on) row.link.setAttribute("aria-current", "true");
    else row.link.removeAttribute("aria-current");
  }

  function render(calls, dirty) {
    let place = body.firstElementChild;
    for (const call of calls) {
      let row = rows.get(call.number);
      if (row === undefined) rows.set(call.number, (row = rowOf(call)));
      else if (dirty.has(call.number)) update(row, call);
      if (row.node === place) place = place.nextElementSibling;
      else body.insertBefore(row.node, place);
    }
    while (place !== null) {
      const next = place.nextElementSibling;
      rows.delete(Number(place.dataset.number));
      place.remove();
      place = next;
    }
    keepOneStop();
  }

  /** One row is reached by Tab, the others by the arrows: the open one, or the newest. */
  function keepOneStop() {
    if (!body.contains(document.activeElement)) stopAt(rows.get(open)?.link ?? body.querySelector("a"));
  }

  function stopAt(link) {
    stop?.setAttribute("tabindex", "-1");
    stop = link;
    stop?.setAttribute("tabindex", "0");
  }

  function choose(number) {
    const before = rows.get(open);
    open = number;
    for (const row of [before, rows.get(number)]) if (row !== undefined) mark(row);
  }

  function refreshLinks() {
    for (const row of rows.values()) row.link.setAttribute("href", hrefOf(row.call));
  }

  body.addEventListener("focusin", (event) => stopAt(event.target));
  body.addEventListener("click", (event) => {
    const row = rows.get(Number(event.target.closest("tr")?.dataset.number));
    if (row === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!getSelection().isCollapsed && event.detail > 0) return;
    event.preventDefault();
    if (event.detail > 0) row.link.focus({ preventScroll: true, focusVisible: false });
    onopen(row.call, event.detail === 0);
  });
  moveByArrows(node);

  const focus = (number) => (rows.get(number)?.link ?? body.querySelector("a"))?.focus();
  const callOf = (element) => rows.get(Number(element?.closest?.("tr")?.dataset.number))?.call ?? null;
  return { node, body, render, choose, refreshLinks, focus, callOf };
}
