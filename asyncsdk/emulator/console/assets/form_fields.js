// Fields of forms that say below them what is wrong.
//
//   const seconds = checkedField("Seconds", input(), { hint: "0.5 is half a second" });
//   form.append(seconds.node);  seconds.control.value;  seconds.complain("seconds is needed.");  seconds.complain("");
import { field } from "./controls.js";
import { el, newId, say } from "./dom.js";

export function checkedField(label, control, options = {}) {
  const node = field(label, control, options);
  const problem = el("span", { class: "problem-text", id: newId("problem"), role: "alert" });
  const hints = control.getAttribute("aria-describedby");
  node.append(problem);

  function complain(sentence) {
    say(problem, sentence);
    if (!sentence) {
      control.removeAttribute("aria-invalid");
      if (hints) control.setAttribute("aria-describedby", hints);
      else control.removeAttribute("aria-describedby");
      return;
    }
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", [hints, problem.id].filter(Boolean).join(" "));
  }

  return { node, control, complain };
}

/** A box to tick, with its label after it. */
export function tickField(label, { checked = false, hint = null } = {}) {
  const control = el("input", { type: "checkbox", id: newId("field"), class: "tick" });
  control.checked = checked;
  const said = hint && el("span", { class: "hint", id: `${control.id}-hint` }, hint);
  if (said) control.setAttribute("aria-describedby", said.id);
  const node = el("div", { class: "field field-tick" }, el("label", { for: control.id }, control, " ", label), said);
  return { node, control };
}
