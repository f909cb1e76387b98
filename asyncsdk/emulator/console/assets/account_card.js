// Account: filled with an example, or emptied.
import { post } from "./api.js";
import { card } from "./card.js";
import { button } from "./controls.js";
import { formDialog } from "./dialog.js";
import { el } from "./dom.js";
import { keepFocusAfter } from "./focus.js";
import { tickField } from "./form_fields.js";
import { notice } from "./notice.js";
import { problemLine } from "./problem_line.js";

export function accountCard() {
  const problem = problemLine();

  async function loadExample() {
    if (await problem.run(() => post("/example"))) notice("Loaded the example company: see Data.");
  }

  async function reset() {
    problem.say("");
    const tokens = tickField("Forget the tokens, too", { hint: "Every program must then log in again." });
    const done = await keepFocusAfter(() =>
      formDialog({
        title: "Reset the emulator?",
        content: [el("p", {}, "All data, calls and faults are forgotten, the clock goes back, and nothing of the limits is used."), tokens.node],
        action: "Reset the emulator",
        kind: "danger",
        onsubmit: () => post("/reset", { tokens: tokens.control.checked }),
      }),
    );
    if (done) notice("The emulator is as new.");
  }

  const node = card(
    "Account",
    "The example company has the lists, mail and events that the guides name.",
    el("div", { class: "control-line" }, button("Load the example company", { onclick: loadExample }), button("Reset", { kind: "danger", onclick: reset })),
    problem.node,
  );
  return { node };
}
