// Chart of calls a second in the last two minutes, by the emulator's clock. Refused calls differ by colour and by
// stripes; the same is there as a table.
import { el, fill, say, svg, set } from "./dom.js";
import { get } from "./api.js";
import { button } from "./controls.js";
import { clockTime, count, number } from "./format.js";
import { streamState } from "./stream.js";

const SECONDS = 120;
const HEIGHT = 92;
const GUTTER = 34;
const EVERY_MS = 1000;

export function rateChart() {
  const accepted = svg("path", { class: "bars-accepted" });
  const refused = svg("path", { class: "bars-refused", fill: "url(#stripes)" });
  const base = svg("path", { class: "chart-base" });
  const limit = svg("path", { class: "chart-limit" });
  const limitText = svg("text", { class: "chart-text", x: GUTTER - 5, "text-anchor": "end" });
  const topText = svg("text", { class: "chart-text", x: GUTTER - 5, y: 14, "text-anchor": "end" });
  const picture = svg("svg", { class: "chart", height: HEIGHT, role: "img" },
    svg("defs", {}, svg("pattern", { id: "stripes", width: 4, height: 3, patternUnits: "userSpaceOnUse" }, svg("rect", { class: "stripe", width: 4, height: 2 }))),
    accepted, refused, base, limit, limitText, topText);
  const readout = el("span", { class: "chart-readout" });
  const body = el("tbody", {});
  const table = el("div", { class: "chart-table", hidden: true, tabindex: 0, role: "region", "aria-label": "Calls a second as a table" },
    el("table", { class: "fields" },
      el("thead", {}, el("tr", {}, ["Ten seconds from", "Accepted", "Refused", "Most in a second"].map((text) => el("th", { scope: "col" }, text)))), body));
  const asTable = button("As a table", { kind: "quiet", class: "button button-quiet button-small", "aria-pressed": false, onclick: swap });
  const axis = el("div", { class: "chart-axis muted", "aria-hidden": "true" }, el("span", {}, "2 minutes ago"), el("span", {}, "1 minute"), el("span", {}, "now"));
  const frame = el("div", { class: "chart-frame" }, picture, axis);
  const limitKey = el("span", {});
  const node = el("section", { class: "rates", "aria-label": "Calls a second" },
    el("div", { class: "section-head" },
      el("h2", {}, "Calls a second"),
      el("span", { class: "keys" }, key("key-accepted", "accepted"), key("key-refused", "over the limits"), limitKey),
      el("span", { class: "grow" }), readout, asTable),
    frame, table);
  let rates = { limit: null, seconds: [] };

  function swap() {
    table.hidden = !table.hidden;
    frame.hidden = !table.hidden;
    set(asTable, { "aria-pressed": !table.hidden });
    draw();
  }

  async function load() {
    if (document.hidden || streamState() === "lost") return;
    try {
      rates = await get("/rates", { seconds: SECONDS });
      draw();
    } catch {
      // The header says already that the emulator does not answer.
    }
  }

  function draw() {
    picture.setAttribute("aria-label", sentence(rates));
    fill(limitKey, rates.limit ? key("key-limit", `limit ${number(rates.limit)}`) : null);
    if (table.hidden) drawBars();
    else fill(body, tens(rates.seconds).map((row) => el("tr", {}, row.map((text) => el("td", {}, text)))));
  }

  function drawBars() {
    const width = frame.clientWidth;
    const slot = (width - GUTTER) / SECONDS;
    const top = topOf(rates);
    const y = (calls) => HEIGHT - 1 - (calls / top) * (HEIGHT - 10);
    const bars = { accepted: "", refused: "" };
    rates.seconds.forEach((second, at) => {
      const x = GUTTER + at * slot;
      bars.accepted += bar(x, slot, y(0), y(second.accepted));
      bars.refused += bar(x, slot, y(second.accepted), y(second.accepted + second.refused));
    });
    const line = rates.limit && rates.limit <= top ? y(rates.limit) : null;
    set(picture, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    set(accepted, { d: bars.accepted });
    set(refused, { d: bars.refused });
    set(base, { d: `M${GUTTER} ${HEIGHT - 0.5}H${width}` });
    set(limit, { d: line === null ? "" : `M${GUTTER} ${line}H${width}` });
    set(limitText, { y: (line ?? 0) + 4 });
    say(limitText, line === null || line > HEIGHT - 8 ? "" : number(rates.limit));
    say(topText, line !== null && line < 32 ? "" : number(Math.floor(top)));
  }

  picture.addEventListener("pointermove", (event) => {
    const second = rates.seconds[Math.floor(((event.offsetX - GUTTER) / (frame.clientWidth - GUTTER)) * rates.seconds.length)];
    say(readout, second ? `${clockTime(second.time)}: ${number(second.accepted)} accepted, ${number(second.refused)} refused` : "");
  });
  picture.addEventListener("pointerleave", () => say(readout, ""));
  const resized = new ResizeObserver(draw);
  resized.observe(frame);
  const timer = setInterval(load, EVERY_MS);
  load();
  return { node, close: () => { clearInterval(timer); resized.disconnect(); } };
}

const key = (name, text) => el("span", { class: "key" }, el("span", { class: ["key-mark", name], "aria-hidden": "true" }), text);

function bar(x, slot, bottom, top) {
  if (bottom - top < 0.5) return "";
  const width = Math.max(slot - 1, 1);
  return `M${x.toFixed(1)} ${bottom.toFixed(1)}V${top.toFixed(1)}h${width.toFixed(1)}V${bottom.toFixed(1)}z`;
}

/** The number of calls at the top: the limit fits in, unless it is far above all that there was. */
function topOf({ limit, seconds }) {
  const most = Math.max(4, ...seconds.map((second) => second.accepted + second.refused));
  return limit && limit < most * 4 ? Math.max(most, limit * 1.25) : most;
}

function sentence({ limit, seconds }) {
  const sum = (name) => seconds.reduce((total, second) => total + second[name], 0);
  const most = Math.max(0, ...seconds.map((second) => second.accepted + second.refused));
  const tail = limit ? `; the limit is ${number(limit)}` : "; there is no limit";
  return `Bar chart of the last two minutes: ${count(sum("accepted"), "call")} accepted, ${number(sum("refused"))} over the limits, at most ${number(most)} in a second${tail}.`;
}

/** A row for each ten seconds, the newest first. */
function tens(seconds) {
  const rows = [];
  for (let end = seconds.length; end > 0; end -= 10) {
    const some = seconds.slice(Math.max(end - 10, 0), end);
    const sum = (name) => number(some.reduce((total, second) => total + second[name], 0));
    rows.push([clockTime(some[0].time), sum("accepted"), sum("refused"), number(Math.max(...some.map((second) => second.accepted + second.refused)))]);
  }
  return rows;
}
