// Pager: which part of a long list is shown.
//
//   const pages = pager({ label: "Pages of records", size: 100, onmove: (offset) => load(offset) });
//   outlet.append(pages.node);
//   pages.show(offset, total);     // after each answer; it hides itself where one page is all
import { el, fill } from "./dom.js";
import { button } from "./controls.js";
import { number } from "./format.js";

export function pager({ label, size, onmove }) {
  const node = el("nav", { class: "pager", "aria-label": label, hidden: true });

  function show(offset, total) {
    node.hidden = total <= size && offset === 0;
    const last = Math.min(offset + size, total);
    fill(
      node,
      button("Previous", { disabled: offset === 0, onclick: () => onmove(Math.max(offset - size, 0)) }),
      el("span", { class: "muted" }, `${number(Math.min(offset + 1, total))}–${number(last)} of ${number(total)}`),
      button("Next", { disabled: last >= total, onclick: () => onmove(offset + size) }),
    );
  }

  return { node, show };
}
