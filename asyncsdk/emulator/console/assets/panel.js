// Panel: something open beside a table; over it on a narrow page. Escape and the button close it.
//
//   const side = panel({ label: "Record", onclose: () => go(href("data", ["lists", id])) });
//   split.append(main, side.node);                 // el("div", { class: "split" })
//   side.show(el("h2", {}, title), body...);       // the head, then the content; opens it
//   side.hide();
//
// `tools`: buttons in the head, before the one that closes.
import { el, fill } from "./dom.js";
import { iconButton } from "./controls.js";

export function panel({ label, onclose, tools = [] }) {
  const close = iconButton("close", "Close", { title: "Close (Escape)", onclick: onclose });
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
    el("div", { class: "panel-head" }, head, tools, close),
    body,
  );

  function show(title, ...content) {
    fill(head, title);
    fill(body, content);
    node.hidden = false;
  }

  return { node, show, hide: () => { node.hidden = true; }, focus: () => node.focus(), top: () => body.scrollTo(0, 0) };
}
