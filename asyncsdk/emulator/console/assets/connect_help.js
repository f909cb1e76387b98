// Help to connect: what stands in the place of the calls before the first one comes.
import { el, fill } from "./dom.js";
import { get } from "./api.js";
import { select } from "./controls.js";
import { copyButton } from "./copy.js";
import { href } from "./router.js";
import { SHELLS, shellLines } from "./shell_lines.js";

const PROGRAM = `import asyncio
from asyncsdk import Session


async def main() -> None:
    async with Session.from_env() as acton:
        print(await acton.account.get())


asyncio.run(main())`;

const COMMAND = "asyncsdk call account.get";

export function connectHelp() {
  const shell = select(SHELLS, { "aria-label": "Shell" });
  const text = el("pre", { class: "code", tabindex: 0, role: "region", "aria-label": "Variables" }, "…");
  let variables = {};

  function show() {
    fill(text, shellLines(shell.value, variables));
  }

  async function load() {
    try {
      variables = (await get("/environment")).environment;
      show();
    } catch (error) {
      fill(text, error.message);
    }
  }

  shell.addEventListener("change", show);
  load();
  return el("section", { class: "connect", "aria-label": "How to connect" },
    el("h2", {}, "No calls yet"),
    el("p", { class: "muted" },
      "Connect a program, and each of its calls appears here as it arrives. For lists to try it with, load the example company in ",
      el("a", { href: href("control") }, "Control"), "."),
    el("ol", { class: "steps" },
      step("Set the variables where the program runs", [shell, copyButton("Copy", () => text.textContent, { label: "Copy the variables" })], text),
      step("Make a call in the same shell", [copyButton("Copy", () => COMMAND, { label: "Copy the command" })], el("pre", { class: "code" }, COMMAND)),
      step("Or by a program of your own", [copyButton("Copy", () => PROGRAM, { label: "Copy the program" })], el("pre", { class: "code" }, PROGRAM))));
}

const step = (title, tools, content) => el("li", {}, el("div", { class: "section-head" }, el("h3", {}, title), el("span", { class: "grow" }), tools), content);
