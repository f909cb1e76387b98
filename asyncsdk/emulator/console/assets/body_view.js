// Body of a request or an answer: JSON in lines, fields as a table, files by their first lines; text stays text.
import { el } from "./dom.js";
import { bytes } from "./format.js";
import { prettyJson } from "./json_text.js";

const KINDS = { json: "JSON", form: "Form", text: "Text", parts: "Form with files", binary: "Binary" };

export function bodyView(body, label) {
  if (body === null) return el("p", { class: "muted" }, "No longer kept.");
  if (body.kind === "none" || body.bytes === 0) return el("p", { class: "muted" }, "No body.");
  return el("div", { class: "body" },
    el("p", { class: "body-kind muted" }, `${KINDS[body.kind] ?? body.kind}, ${bytes(body.bytes)}${body.truncated ? "; only the first part is kept" : ""}`),
    body.fields && Object.keys(body.fields).length > 0 && fieldTable(Object.entries(body.fields), label),
    body.files.map(fileView),
    body.text !== null && el("pre", { class: "code", tabindex: 0, role: "region", "aria-label": label }, prettyJson(body.text) ?? body.text));
}

/** Names and values as a table; a name with several values has several lines. */
export function fieldTable(entries, label) {
  const lines = entries.flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return el("table", { class: "fields", "aria-label": label },
    el("tbody", {}, lines.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, shown(value))))));
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function fileView(file) {
  const title = `${file.name || "a file without a name"} in ${file.part}, ${bytes(file.bytes)}`;
  return el("div", { class: "file" },
    el("p", { class: "file-name" }, title),
    el("pre", { class: "code code-lines", tabindex: 0, role: "region", "aria-label": `First lines of ${title}` }, file.lines.join("\n")));
}
