// Detail of a call: the request and the answer, masked until somebody asks for addresses and secrets.
import { el, fill } from "./dom.js";
import { get, isAbort } from "./api.js";
import { bodyView, fieldTable } from "./body_view.js";
import { outcome, routeName, took } from "./call_words.js";
import { iconButton, toggle } from "./controls.js";
import { copyButton } from "./copy.js";
import { problemState } from "./empty.js";
import { bytes, dateTime, exactTime } from "./format.js";
import { keepFocus } from "./focus.js";
import { panel } from "./panel.js";
import { assertionOf, isFile } from "./python_text.js";
import { href } from "./router.js";
import { listen } from "./stream.js";

const LINE = 60;

/** @param {{ onclose: () => void, onstep: (step: 1 | -1) => void }} options `onstep`: to the next older or newer call. */
export function callDetail({ onclose, onstep }) {
  const tools = [iconButton("up", "Newer call", { onclick: () => onstep(-1) }), iconButton("down", "Older call", { onclick: () => onstep(1) })];
  const side = panel({ label: "Call", onclose, tools });
  let number = null;
  let plain = false;
  let loading = null;
  // Whose headers somebody wants to see stays so from call to call.
  const unfolded = new Set();

  async function load() {
    loading?.abort();
    loading = new AbortController();
    try {
      const call = await get(`/calls/${number}`, { plain }, { signal: loading.signal });
      keepFocus(() => side.show(title(call), ...content(call)));
    } catch (error) {
      if (!isAbort(error)) side.show(el("h2", {}, `Call ${number}`), problemState(error, load));
    }
  }

  const content = (call) => [
    el("div", { class: "detail-tools" },
      toggle("Show addresses and secrets", { on: plain, onchange: (on) => { plain = on; load(); } }),
      call.route && el("a", { href: href("traffic", [], { route: call.route }) }, "Only this route")),
    facts(call),
    argumentsOf(call),
    message("Request", call.request, unfolded),
    call.state === "answered" ? message("Answer", call.answer, unfolded) : el("section", { "aria-label": "Answer" }, el("h3", {}, "Answer"), el("p", { class: "muted" }, noAnswer(call))),
  ];

  const stop = listen("call", (call) => {
    if (call.number === number && call.state !== "open") load();
  });

  function show(next) {
    if (next === number) return;
    number = next;
    if (number === null) {
      loading?.abort();
      side.hide();
      fill(side.node.querySelector(".panel-body"));
    } else {
      if (side.node.hidden) side.show(el("h2", {}, `Call ${number}`));
      side.top();
      load();
    }
  }

  return { node: side.node, show, focus: side.focus, close: stop };
}

function title(call) {
  return [
    el("div", { class: "detail-title" }, el("h2", {}, routeName(call)), outcome(call)),
    el("p", { class: "detail-line mono" }, el("span", { class: "method" }, call.method), " ", call.path),
  ];
}

function facts(call) {
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

function argumentsOf(call) {
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

function message(name, sent, unfolded) {
  const headers = Object.entries(sent.headers);
  const fold = el("details", { class: "headers", open: unfolded.has(name) }, el("summary", {}, `${name} headers (${headers.length})`), fieldTable(headers, `${name} headers`));
  fold.addEventListener("toggle", () => (fold.open ? unfolded.add(name) : unfolded.delete(name)));
  return el("section", { "aria-label": name }, el("h3", {}, name), fold, bodyView(sent.body, `${name} body`));
}

const noAnswer = (call) => (call.state === "open" ? "Not answered yet." : "None: the connection was cut, or left without an answer.");
