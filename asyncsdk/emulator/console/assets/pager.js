// Pager: which part of a long list is shown.
//
//   const pages = pager({ label: "Pages of records", size: 100, onmove: (offset) => load(offset) });
//   outlet.append(pages.node);
//   pages.show(offset, total);     // after each answer; it hides itself where one page is all
import { el, say, set } from "./dom.js";
import { button } from "./controls.js";
import { number } from "./format.js";

export function pager({ label, size, onmove }) {
  let first = 0;
  const previous = button("Previous", { onclick: () => onmove(Math.max(first - size, 0)) });
  const words = el("span", { class: "muted" });
  const next = button("Next", { onclick: () => onmove(first + size) });
  const node = el("nav", { class: "pager", "aria-label": label, hidden: true }, previous, words, next);

  function show(offset, total) {
    first = offset;
    node.hidden = total <= size && offset === 0;
    const last = Math.min(offset + size, total);
    set(previous, { disabled: offset === 0 });
    say(words, `${number(Math.min(offset + 1, total))}–${number(last)} of ${number(total)}`);
    set(next, { disabled: last >= total });
  }

  return { node, show };
}
