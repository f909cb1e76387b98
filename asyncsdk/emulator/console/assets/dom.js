// DOM builder. Everything on the page is made by these functions: text stays text, and there is no HTML in strings.
//
//   el("a", { href: "#/data", class: ["tab", on && "tab-on"], onclick: press }, "Lists ", el("b", {}, 3))
//
// Attributes: a function under `onclick`, `oninput`, ... listens; `class` takes a list in which empty values are left
// out; false, null and undefined leave an attribute out, true sets it empty (`aria-...`: "true" and "false").
// Children: text, numbers, nodes, lists of them; null and false are left out.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Replace all that a node holds. */
export function fill(node, ...children) {
  node.replaceChildren(...nodes(children));
  return node;
}

/** Set the attributes of a node, as `el` does. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "class") node.setAttribute("class", [value].flat().filter(Boolean).join(" "));
    else if (name.startsWith("aria-") && typeof value === "boolean") node.setAttribute(name, String(value));
    else if (value === false || value === null || value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return node;
}

/** Set a text only if it changed, so that screen readers and selections are left in peace. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let lastId = 0;

/** An id that no other element has. */
export function newId(word) {
  lastId += 1;
  return `${word}-${lastId}`;
}

function filled(node, attributes, children) {
  set(node, attributes);
  node.append(...nodes(children));
  return node;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
