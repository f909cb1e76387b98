// What stands where there is nothing to show.
//
//   emptyState("No lists yet", "A program creates one by lists.upload.", button(...))
//   problemState(error, () => load())                  // why it could not be read, with a button "Try again"
import { el } from "./dom.js";
import { button } from "./controls.js";

export const emptyState = (title, text, ...more) => el("div", { class: "empty" }, el("h2", {}, title), text && el("p", { class: "muted" }, text), more);

export const problemState = (error, again) =>
  el("div", { class: "empty", role: "alert" }, el("h2", {}, "This could not be read"), el("p", { class: "problem-text" }, error.message), button("Try again", { onclick: again }));
