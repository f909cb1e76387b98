// Controls: buttons and the fields of forms.
//
//   button("Add", { kind: "primary", onclick: add })                kinds: plain, primary, danger, quiet
//   const name = input({ value: "", placeholder: "Newsletter" });   type: "text", "number", "search", ...
//   field("Name", name, { hint: "as it is shown in lists" })        a label above, a hint below
//   field("Route", select(["a", { value: "b", label: "B" }], { value: "b" }), { inline: true })
//   iconButton("close", "Close", { onclick: close })                a shape of glyphs.js; the name is said and shown on hover
//   toggle("Show secrets", { on: false, onchange: (on) => ... })    a switch
//   toolbar("Calls", field(...), grow(), button(...))               one line that wraps
import { el, newId } from "./dom.js";
import { glyph } from "./glyphs.js";

export const button = (label, { kind = "plain", ...attributes } = {}) =>
  el("button", { type: "button", class: ["button", `button-${kind}`], ...attributes }, label);

export const iconButton = (shape, name, attributes = {}) =>
  button(glyph(shape), { class: "button button-quiet button-icon", "aria-label": name, title: name, ...attributes });

export const input = (attributes = {}) => el("input", { type: "text", autocomplete: "off", spellcheck: "false", class: "input", ...attributes });

export const textarea = ({ value = "", ...attributes } = {}) => el("textarea", { class: "input textarea", rows: 4, spellcheck: "false", ...attributes }, value);

export function select(options, { value, ...attributes } = {}) {
  const items = options.map((each) => (typeof each === "string" ? { value: each, label: each } : each));
  const node = el("select", { class: "input select", ...attributes }, items.map((item) => el("option", { value: item.value }, item.label)));
  if (value !== undefined) node.value = value;
  return node;
}

export function field(label, control, { hint, inline = false, wide = false } = {}) {
  control.id ||= newId("field");
  const said = hint ? el("span", { class: "hint", id: `${control.id}-hint` }, hint) : null;
  if (said) control.setAttribute("aria-describedby", said.id);
  return el("div", { class: ["field", inline && "field-inline", wide && "field-wide"] }, el("label", { for: control.id }, label), control, said);
}

export function toggle(label, { on = false, onchange, ...attributes } = {}) {
  const box = el("input", { type: "checkbox", role: "switch", class: "toggle-box", ...attributes, onchange: () => onchange?.(box.checked) });
  box.checked = on;
  return el("label", { class: "toggle" }, box, label);
}

export const toolbar = (label, ...children) => el("div", { class: "toolbar", role: "group", "aria-label": label }, children);

/** The space between what is on the left and on the right of a toolbar. */
export const grow = () => el("span", { class: "grow" });
