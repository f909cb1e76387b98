// Select of routes: all that the emulator knows, by their namespaces.
//
//   const route = routeSelect({ first: { value: "", label: "All routes" }, value: "contacts.upsert" });
import { el, fill } from "./dom.js";
import { get } from "./api.js";

let known = null;

/** The routes as GET /routes tells them; asked once. */
export function routes() {
  known ??= get("/routes").then((answer) => answer.routes).catch((error) => {
    known = null;
    throw error;
  });
  return known;
}

export function routeSelect({ first, value = "", ...attributes }) {
  const node = el("select", { class: "input select", ...attributes });
  choose(node, [first], value);
  routes().then((all) => choose(node, [first, ...groups(all)], node.dataset.wanted)).catch(() => {});
  return node;
}

/** Choose a route, also one that is not among the options yet. */
export function chooseRoute(node, value) {
  node.dataset.wanted = value;
  if (![...node.options].some((option) => option.value === value)) node.append(el("option", { value }, value));
  node.value = value;
}

function choose(node, options, value) {
  fill(node, options.map((each) => (each instanceof Node ? each : el("option", { value: each.value }, each.label))));
  chooseRoute(node, value ?? "");
}

function groups(all) {
  const spaces = new Map();
  for (const route of all) {
    const name = route.namespace || "login";
    spaces.set(name, [...(spaces.get(name) ?? []), route.name]);
  }
  return [...spaces].map(([label, names]) => el("optgroup", { label }, names.map((value) => el("option", { value }, value))));
}
