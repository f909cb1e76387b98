// Listing: things of the account in a table, with search and pages, live.
//
//   const events = listing({
//     label: "Custom events",
//     place,                                            // the search and the offset are in its query
//     parts: ["events"],                                // what makes it read again
//     columns: [{ heading: "Set", cell: (event) => event.set }, ...],
//     read: async ({ search, offset, count }) => ({ total, rows }),
//     empty: ["No custom events yet", "A program adds them by events.upload."],
//     search: "Search events", word: ["event"],         // optional: the label of the search, and what is counted
//   });
//   outlet.append(events.node);
//   events.move(place); events.again(); events.close();
import { button, input, toolbar } from "./controls.js";
import { el, fill, say } from "./dom.js";
import { emptyState, problemState } from "./empty.js";
import { keepFocus } from "./focus.js";
import { count } from "./format.js";
import { live } from "./live.js";
import { pager } from "./pager.js";
import { go, href } from "./router.js";
import { moveByArrows, table } from "./table.js";

const PAGE_SIZE = 50;
const TYPING_MS = 200;

export function listing({ label, place: first, parts, columns, read, empty, search = null, word = null, stacked = true, chosen }) {
  let place = first;
  const rows = table({ label, columns, stacked, chosen });
  rows.node.setAttribute("tabindex", "0"); // it scrolls under its headings
  moveByArrows(rows.node);
  const pages = pager({ label: `Pages: ${label}`, size: PAGE_SIZE, onmove: (offset) => go(hash({ offset: offset || "" })) });
  const found = el("p", { class: "listing-found", role: "status" });
  const body = el("div", { class: "listing-body" });
  const typed = search && searchInput(search, place.query.search, (text) => go(hash({ search: text, offset: "" }), { replace: true }));
  const head = search || word ? toolbar(`Search: ${label}`, typed, found) : null;
  const node = el("div", { class: "listing" }, head, body);

  const hash = (changed) => href(place.view, place.path, { ...place.query, ...changed });

  function show({ total, rows: things }, offset) {
    if (total > 0 && things.length === 0) {
      go(hash({ offset: Math.floor((total - 1) / PAGE_SIZE) * PAGE_SIZE || "" }), { replace: true });
      return;
    }
    say(found, foundText(total));
    if (total === 0) {
      fill(body, place.query.search ? nothingFound() : emptyState(...empty));
      return;
    }
    rows.show(things);
    pages.show(offset, total);
    if (!body.contains(rows.node)) fill(body, rows.node, pages.node);
  }

  function foundText(total) {
    if (total === 0 || word === null) return "";
    return count(total, ...word) + (place.query.search ? " found" : "");
  }

  const nothingFound = () =>
    emptyState("Nothing found", `Nothing here holds “${place.query.search}”.`, button("Show all", { onclick: () => clearSearch() }));

  function clearSearch() {
    typed.value = "";
    typed.focus();
    go(hash({ search: "", offset: "" }));
  }

  const reader = live(parts, async () => {
    const asked = place;
    const offset = Number(asked.query.offset) || 0;
    // Who has gone on to another search or page waits for the answer to that.
    const isWanted = () => reader.isOpen() && asked === place;
    try {
      const value = await read({ search: asked.query.search ?? "", offset, count: PAGE_SIZE });
      if (isWanted()) keepFocus(() => show(value, offset));
    } catch (error) {
      if (!isWanted()) return;
      say(found, "");
      keepFocus(() => fill(body, problemState(error, reader.again)));
    }
  });

  function move(next) {
    place = next;
    if (typed && document.activeElement !== typed) typed.value = place.query.search ?? "";
    reader.again();
  }

  return { node, move, again: reader.again, close: reader.close };
}

function searchInput(label, value = "", onsearch) {
  let timer = null;
  const node = input({
    type: "search",
    value,
    class: "input listing-search",
    placeholder: label,
    "aria-label": label,
    "aria-keyshortcuts": "/",
    title: "Press / to come here",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (node.isConnected) onsearch(node.value.trim());
      }, TYPING_MS);
    },
  });
  return node;
}
