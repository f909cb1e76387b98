// Tabs: links to the parts of a view.
//
//   const parts = tabs("Parts of the data", [{ id: "lists", label: "Lists", href: href("data", ["lists"]) }, ...]);
//   parts.show("lists", { lists: 12, jobs: 3 });     // which one is open, and the counts beside the names
import { el, fill } from "./dom.js";
import { number } from "./format.js";

export function tabs(label, items) {
  const bar = el("ul", { class: "tabs-list" });
  const node = el("nav", { class: "tabs", "aria-label": label }, bar);

  function item(each, open, counts) {
    const many = counts[each.id];
    const tail = many === undefined || many === null ? null : el("span", { class: "tab-count" }, number(many));
    return el("li", {}, el("a", { class: "tab", href: each.href, "aria-current": each.id === open ? "page" : null }, each.label, tail && " ", tail));
  }

  function show(open, counts = {}) {
    const focused = [...bar.querySelectorAll("a")].indexOf(document.activeElement);
    fill(bar, items.map((each) => item(each, open, counts)));
    if (focused >= 0) bar.querySelectorAll("a")[focused]?.focus();
  }

  show(null);
  return { node, show };
}
