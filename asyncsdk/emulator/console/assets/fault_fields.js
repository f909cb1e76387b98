// Fields of one fault: its kind, and the arguments that this kind has.
//
//   const fault = faultFields(kinds, { remove: () => ... });
//   fault.value()                  // { kind, arguments }; null where a field is wrong, which then has the focus
//   fault.complain(sentence)       // shows the server's sentence at the argument that it begins with, if it does
import { button, input, select, textarea } from "./controls.js";
import { el, fill, say } from "./dom.js";
import { argumentValue, defaultText } from "./fault_arguments.js";
import { checkedField, tickField } from "./form_fields.js";

const FAMILIES = { call: "What happens to the call", job: "What happens to its job", rows: "What happens to the rows of its file" };

export function faultFields(kinds, { remove }) {
  const kind = checkedField("Fault", kindChoice(kinds));
  const summary = el("p", { class: "muted" });
  const place = el("div", { class: "form-grid" });
  const drop = button("Remove", { kind: "quiet", "aria-label": "Remove this fault", onclick: remove });
  const node = el("div", { class: "fault-one", role: "group", "aria-label": "Fault" }, el("div", { class: "fault-kind" }, kind.node, drop), summary, place);
  let fields = [];

  function showKind() {
    const chosen = kinds.find((each) => each.kind === kind.control.value);
    fields = chosen.arguments.map((argument) => ({ argument, ...argumentField(argument) }));
    say(summary, chosen.summary);
    fill(place, fields.map((field) => field.node));
    node.setAttribute("aria-label", `Fault: ${chosen.kind}`);
  }

  function value() {
    const given = {};
    let isRight = true;
    for (const { argument, read, complain, control } of fields) {
      try {
        const value = argumentValue(argument, read());
        complain("");
        if (value !== undefined) given[argument.name] = value;
      } catch (error) {
        complain(error.message);
        if (isRight) control.focus();
        isRight = false;
      }
    }
    return isRight ? { kind: kind.control.value, arguments: given } : null;
  }

  function complain(sentence) {
    const wrong = fields.find(({ argument }) => sentence.startsWith(`${argument.name} `));
    wrong?.complain(sentence);
    wrong?.control.focus();
    return wrong !== undefined;
  }

  kind.control.addEventListener("change", showKind);
  showKind();
  return {
    node,
    value,
    complain,
    focus: () => kind.control.focus(),
    removable: (can) => {
      drop.hidden = !can;
    },
  };
}

function kindChoice(kinds) {
  const options = (family) => kinds.filter((each) => each.acts_on === family).map((each) => el("option", { value: each.kind }, each.kind));
  const groups = Object.entries(FAMILIES).map(([family, label]) => el("optgroup", { label }, options(family)));
  const node = el("select", { class: "input select" }, groups);
  const usual = kinds.find((each) => each.kind === "Reply.throttled") ?? kinds[0];
  node.value = usual.kind;
  return node;
}

/** A field for an argument, by its type; `read` gives what it holds. */
function argumentField(argument) {
  const hint = argument.summary || null;
  if (argument.type === "yes-no") {
    const field = tickField(argument.name, { checked: argument.default === true, hint });
    return { ...field, complain: () => {}, read: () => field.control.checked };
  }
  const field = checkedField(argument.name, argumentControl(argument), { hint });
  return { ...field, read: () => field.control.value };
}

function argumentControl(argument) {
  const value = defaultText(argument);
  const needed = argument.required ? { "aria-required": "true", placeholder: "needed" } : {};
  switch (argument.type) {
    case "choice":
      return select(argument.choices, { value: value || argument.choices[0] });
    case "json":
      return textarea({ value, rows: 3, placeholder: '{"status": "failure"}' });
    case "headers":
      return textarea({ value, rows: 3, placeholder: "Retry-After: 5" });
    case "number":
      return input({ value, inputmode: "decimal", ...needed });
    case "whole":
      return input({ value, inputmode: "numeric", ...needed });
    default:
      return input({ value, ...needed });
  }
}
