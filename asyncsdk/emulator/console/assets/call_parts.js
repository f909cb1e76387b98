// Parts of one call, as they stand below one another in its panel.
import { el } from "./dom.js";
import { get } from "./api.js";
import { bodyView, fieldTable } from "./body_view.js";
import { outcome, routeName, took } from "./call_words.js";
import { copyButton } from "./copy.js";
import { bytes, dateTime, exactTime } from "./format.js";
import { assertionOf, isFile } from "./python_text.js";

const LINE = 60;

export function callTitle(call) {
  return [
    el("div", { class: "detail-title" }, el("h2", {}, routeName(call)), outcome(call)),
    el("p", { class: "detail-line mono" }, el("span", { class: "method" }, call.method), " ", call.path),
  ];
}

export function callFacts(call) {
  const entries = [
    ["Arrived", `${dateTime(call.time).slice(0, 10)} ${exactTime(call.time)}`],
    ["Took", took(call)],
    ["Number", call.number],
    ["Caller", call.agent || "no user agent"],
    ["Token", call.token ? `…${call.token}` : "none"],
    ["Connection", call.new_connection ? "new" : "used again"],
    call.faults.length > 0 && ["Scripted faults", call.faults.join(", ")],
  ];
  return el("dl", { class: "facts" }, entries.filter(Boolean).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

export function callArguments(call) {
  const entries = Object.entries(call.arguments ?? {});
  if (entries.length === 0) return null;
  const copy = copyButton("Copy as an assertion", async () => assertionOf(await get(`/calls/${call.number}`, { plain: true })), {
    class: "button button-quiet button-small",
    title: "For a test with asyncsdk.testing; addresses are copied as they are",
  });
  return el("section", { "aria-label": "Arguments" },
    el("div", { class: "section-head" }, el("h3", {}, "Arguments"), el("span", { class: "grow" }), copy),
    fieldTable(entries.map(([name, value]) => [name, argument(value)]), "Arguments by the names of the client's parameters"));
}

/** A file by its name and length; texts as they are, and other things as JSON, in lines where they are long. */
function argument(value) {
  if (value === null || typeof value !== "object") return value;
  if (isFile(value)) return `${value.file || "file"}, ${bytes(value.bytes)}`;
  const line = JSON.stringify(value);
  return line.length <= LINE ? line : JSON.stringify(value, null, 2);
}

/** The request. `unfolded` keeps whose headers somebody wants to see, from call to call. */
export const callRequest = (call, unfolded) => message("Request", call.request, unfolded);

/** The answer, or why there is none. */
export function callAnswer(call, unfolded) {
  if (call.state === "answered") return message("Answer", call.answer, unfolded);
  const why = call.state === "open" ? "Not answered yet." : "None: the connection was cut, or left without an answer.";
  return el("section", { "aria-label": "Answer" }, el("h3", {}, "Answer"), el("p", { class: "muted" }, why));
}

function message(name, sent, unfolded) {
  const headers = Object.entries(sent.headers);
  const summary = el("summary", {}, `${name} headers (${headers.length})`);
  const fold = el("details", { class: "headers", open: unfolded.has(name) }, summary, fieldTable(headers, `${name} headers`));
  fold.addEventListener("toggle", () => (fold.open ? unfolded.add(name) : unfolded.delete(name)));
  return el("section", { "aria-label": name }, el("h3", {}, name), fold, bodyView(sent.body, `${name} body`));
}
