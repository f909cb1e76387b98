// Filters of the calls: route, status and text; their values are in the hash.
import { input, select } from "./controls.js";
import { el } from "./dom.js";
import { chooseRoute, routeSelect } from "./route_select.js";

const TYPING_MS = 200;
const STATUSES = [
  { value: "", label: "Any status" },
  { value: "2xx", label: "2xx: done" },
  { value: "4xx", label: "4xx: refused or wrong" },
  { value: "5xx", label: "5xx: failed" },
  { value: "refused", label: "Over the limits" },
  { value: "open", label: "Open: no answer yet" },
  { value: "cut", label: "Cut: no answer" },
  ...["200", "201", "400", "401", "404", "429", "500", "503"].map((value) => ({ value, label: value })),
];

/** @param {(filter: {route: string, status: string, text: string}) => void} onchange */
export function callFilters(onchange) {
  const text = input({ type: "search", placeholder: "Filter by text", "aria-label": "Filter by text", "aria-keyshortcuts": "/", title: "Press / to come here", class: "input filter-text" });
  const route = routeSelect({ first: { value: "", label: "All routes" }, "aria-label": "Filter by route", class: "input select filter-route" });
  const status = select(STATUSES, { "aria-label": "Filter by status", class: "input select filter-status" });
  let typing = null;

  const values = () => ({ route: route.value, status: status.value, text: text.value.trim() });
  const tell = () => {
    clearTimeout(typing);
    onchange(values());
  };
  route.addEventListener("change", () => {
    route.dataset.wanted = route.value;
    tell();
  });
  status.addEventListener("change", tell);
  text.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(tell, TYPING_MS);
  });

  /** Show what the hash says, without disturbing who types. */
  function show(query) {
    chooseRoute(route, query.route ?? "");
    const wanted = query.status ?? "";
    if (![...status.options].some((option) => option.value === wanted)) status.append(el("option", { value: wanted }, wanted));
    status.value = wanted;
    if (document.activeElement !== text && text.value !== (query.text ?? "")) text.value = query.text ?? "";
  }

  return { nodes: [text, route, status], show, focus: () => text.select(), close: () => clearTimeout(typing) };
}
