// Mail frame: a mail as its recipient sees it, in a frame that runs nothing and loads nothing.
//
//   const frame = mailFrame("Spring is here");
//   frame.show(address("/messages/s-0001/preview"), version);    // loads again only if one of the two is new
import { el } from "./dom.js";

export function mailFrame(title) {
  const node = el("iframe", { class: "mail-frame", sandbox: "", referrerpolicy: "no-referrer", title: `Preview: ${title}` });
  let shown = null;

  function show(source, version = "") {
    const wanted = JSON.stringify([source, version]);
    if (wanted === shown) return;
    shown = wanted;
    node.setAttribute("src", source);
  }

  return { node, show };
}
