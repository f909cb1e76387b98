// Listing with a panel: things in a table, and one of them open beside it, as the path of the place names it.
//
//   const view = listingPanel(outlet, place, { head, all, label: "Job", parts: ["jobs"], read: (id) => ..., show: (job) => [title, ...content] });
//
// `all` is a listing whose rows link to `href("data", [part, id], query)`.
import { el } from "./dom.js";
import { problemState } from "./empty.js";
import { bookmark, keepFocus } from "./focus.js";
import { live } from "./live.js";
import { panel } from "./panel.js";
import { go, href } from "./router.js";

export function listingPanel(outlet, first, { head, all, label, parts, read, show }) {
  let place = first;
  let open = null;
  let giveBack = () => {};
  const closeOne = () => go(href(place.view, place.path.slice(0, 1), place.query));
  const side = panel({ label, onclose: closeOne });
  outlet.append(el("div", { class: "split", onkeydown: escape }, el("div", { class: "split-list" }, head, all.node), side.node));

  function escape(event) {
    if (event.key !== "Escape" || event.defaultPrevented || open === null) return;
    event.preventDefault();
    closeOne();
  }

  function openOne(id) {
    let isFirst = true;
    const reader = live(parts, async () => {
      let contents;
      try {
        contents = show(await read(id));
      } catch (error) {
        contents = [el("h2", {}, id), problemState(error, reader.again)];
      }
      if (!reader.isOpen()) return;
      keepFocus(() => side.show(...contents));
      if (isFirst) side.focus();
      isFirst = false;
    });
    open = { id, reader };
  }

  function follow() {
    const id = place.path[1];
    if (open?.id === id) return;
    open?.reader.close();
    if (open === null) giveBack = bookmark();
    if (id === undefined) {
      open = null;
      side.hide();
      giveBack();
    } else openOne(id);
  }

  function move(next) {
    place = next;
    all.move(next);
    follow();
  }

  function close() {
    all.close();
    open?.reader.close();
  }

  follow();
  return { move, close, again: () => Promise.all([all.again(), open?.reader.again()]) };
}
