// Environment: the variables by which a program finds the emulator.
import { get } from "./api.js";
import { card } from "./card.js";
import { copyButton } from "./copy.js";
import { el, fill } from "./dom.js";
import { problemState } from "./empty.js";

/** Lines for a shell that set variables; single quotes keep every letter as it is. */
export const exportLines = (variables) =>
  Object.entries(variables).map(([name, value]) => `export ${name}='${String(value).replaceAll("'", "'\\''")}'\n`).join("");

export function environmentCard() {
  const body = el("div", { class: "environment" });

  async function show() {
    try {
      const { environment } = await get("/environment");
      fill(
        body,
        el("dl", { class: "environment-list" }, Object.entries(environment).map(([name, value]) => variable(name, String(value)))),
        el("div", { class: "control-line" }, copyButton("Copy all for a shell", () => exportLines(environment))),
      );
    } catch (error) {
      fill(body, problemState(error, show));
    }
  }

  show();
  return { node: card("Environment", "With these, a program that uses Session.from_env calls this emulator.", body) };
}

function variable(name, value) {
  return el(
    "div",
    {},
    el("dt", { class: "mono" }, name),
    el("dd", { class: "mono" }, value),
    el("dd", {}, copyButton("Copy", () => value, { label: `Copy ${name}`, kind: "quiet" })),
  );
}
