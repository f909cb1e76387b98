// Card: a group of things that belong together, with its heading.
//
//   card("Clock", "What every delay is counted by.", ...content)
import { el, newId } from "./dom.js";

export function card(title, about, ...content) {
  const heading = newId("card");
  return el(
    "section",
    { class: "card", "aria-labelledby": heading },
    el("div", {}, el("h2", { id: heading }, title), about && el("p", { class: "muted" }, about)),
    content,
  );
}
