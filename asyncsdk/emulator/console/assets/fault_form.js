// Form that scripts a fault: for which calls, how many, and what happens to each.
//
//   faultForm(kinds, routes, scripted)      // kinds and routes as the emulator lists them; scripted() after each
import { post } from "./api.js";
import { button, input } from "./controls.js";
import { el, newId } from "./dom.js";
import { faultText } from "./fault_arguments.js";
import { faultGroup } from "./fault_group.js";
import { count } from "./format.js";
import { checkedField } from "./form_fields.js";
import { notice } from "./notice.js";
import { problemLine } from "./problem_line.js";

export function faultForm(kinds, routes, scripted) {
  const names = newId("routes");
  const choices = el("datalist", { id: names }, routes.map((route) => el("option", { value: route.name }, `${route.method} ${route.path}`)));
  const route = checkedField("Route", input({ list: names, placeholder: "any" }), { hint: "a name or path, * stands for anything; empty: any call" });
  const times = checkedField("Times", input({ value: "1", inputmode: "numeric" }), { hint: "on how many calls" });
  const group = faultGroup(kinds);
  const problem = problemLine();

  /** The body of the request; null where a field is wrong, which then has the focus. */
  function read() {
    problem.say("");
    route.complain("");
    const given = times.control.value.trim();
    const isWhole = /^[1-9]\d{0,8}$/.test(given);
    times.complain(isWhole ? "" : "Write a whole number from 1 on.");
    if (!isWhole) times.control.focus();
    const faults = group.values();
    return isWhole && faults !== null ? { on: route.control.value.trim() || "any", times: Number(given), faults } : null;
  }

  function complain(sentence, body) {
    if (group.complain(sentence)) return;
    if (body.on !== "any" && sentence.includes(body.on)) {
      route.complain(sentence);
      route.control.focus();
    } else problem.say(sentence);
  }

  async function submit(event) {
    event.preventDefault();
    const body = read();
    if (body === null) return;
    try {
      await post("/faults", body);
    } catch (error) {
      complain(error.message, body);
      return;
    }
    const what = body.faults.map((each) => faultText(each, kinds)).join(" and ");
    notice(`Scripted ${what} for ${body.on === "any" ? "any call" : body.on}, ${count(body.times, "time")}.`);
    await scripted();
  }

  return el(
    "form",
    { class: "fault-form", novalidate: true, "aria-label": "Script a fault", onsubmit: submit },
    choices,
    el("div", { class: "fault-where" }, route.node, times.node),
    group.node,
    problem.node,
    el(
      "div",
      { class: "control-line" },
      el("button", { type: "submit", class: "button button-primary" }, "Script the fault"),
      button("Add a fault to the same calls", { kind: "quiet", onclick: () => group.add().focus() }),
    ),
  );
}
