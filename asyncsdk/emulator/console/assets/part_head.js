// Head of a part of the data: the way back, its name, what is to be said of it, and its buttons.
//
//   partHead("Customers", { back: ["Lists", href("data", ["lists"])], about: "l-0001", actions: [button(...)] })
import { el } from "./dom.js";

export const partHead = (title, { back = null, about = null, actions = [] } = {}) =>
  el(
    "div",
    { class: "part-head" },
    el(
      "div",
      { class: "part-title" },
      back && el("a", { class: "part-back", href: back[1] }, back[0]),
      el("h2", {}, title),
      about && el("p", { class: "muted" }, about),
    ),
    actions.length > 0 && el("div", { class: "part-actions" }, actions),
  );
