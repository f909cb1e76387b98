// Environment: the variables by which a program finds the emulator.
import { get } from "./api.js";
import { card } from "./card.js";
import { select } from "./controls.js";
import { copyButton } from "./copy.js";
import { el, fill } from "./dom.js";
import { problemState } from "./empty.js";
import { SHELLS, shellLines } from "./shell_lines.js";

export function environmentCard() {
  const body = el("div", { class: "environment" });
  const shell = select(SHELLS, { "aria-label": "Shell", class: "input select environment-shell" });

  async function show() {
    try {
      const { environment } = await get("/environment");
      fill(
        body,
        el("dl", { class: "environment-list" }, Object.entries(environment).map(([name, value]) => variable(name, String(value)))),
        el("div", { class: "control-line" }, shell, copyButton("Copy all", () => shellLines(shell.value, environment), { label: "Copy all variables" })),
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
