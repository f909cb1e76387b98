// Tabs: links to the parts of a view.
//
//   const parts = tabs("Parts of the data", [{ id: "lists", label: "Lists", href: href("data", ["lists"]) }, ...]);
//   parts.show("lists", { lists: 12, jobs: 3 });     // which one is open, and the counts beside the names
import { el, say, set } from "./dom.js";
import { number } from "./format.js";

export function tabs(label, items) {
  const links = items.map((each) => {
    const many = el("span", { class: "tab-count" });
    return { id: each.id, many, node: el("a", { class: "tab", href: each.href }, each.label, " ", many) };
  });
  const node = el("nav", { class: "tabs", "aria-label": label }, el("ul", { class: "tabs-list" }, links.map((each) => el("li", {}, each.node))));

  // The links stay, and only their words change: one that somebody is just pressing must not be taken away.
  function show(open, counts = {}) {
    for (const each of links) {
      set(each.node, { "aria-current": each.id === open ? "page" : null });
      const many = counts[each.id] ?? null;
      say(each.many, many === null ? "" : number(many));
    }
  }

  return { node, show };
}
