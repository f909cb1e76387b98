// Panel: something open beside a table; over it on a narrow page. Escape and the button close it.
//
//   const side = panel({ label: "Record", onclose: () => go(href("data", ["lists", id])) });
//   split.append(main, side.node);                 // el("div", { class: "split" })
//   side.show(el("h2", {}, title), body...);       // the head, then the content; opens it
//   side.hide();
import { el, fill } from "./dom.js";
import { button } from "./controls.js";
import { glyph } from "./glyphs.js";

export function panel({ label, onclose }) {
  const close = button(glyph("close"), { kind: "quiet", "aria-label": "Close", title: "Close (Escape)", class: "button button-quiet button-icon", onclick: onclose });
  const head = el("div", { class: "panel-title" });
  const body = el("div", { class: "panel-body", tabindex: 0, role: "region", "aria-label": `${label}: content` });
  const node = el(
    "section",
    {
      class: "panel",
      "aria-label": label,
      tabindex: "-1",
      hidden: true,
      onkeydown: (event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onclose();
      },
    },
    el("div", { class: "panel-head" }, head, close),
    body,
  );

  function show(title, ...content) {
    fill(head, title);
    fill(body, content);
    node.hidden = false;
  }

  return { node, show, hide: () => { node.hidden = true; }, focus: () => node.focus() };
}
