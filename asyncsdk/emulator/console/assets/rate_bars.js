// Bars of calls a second, as SVG: refused calls stand on the accepted ones, in another colour and in stripes.
import { say, set, svg } from "./dom.js";
import { number } from "./format.js";

const HEIGHT = 92;
const GUTTER = 34;

export class RateBars {
  #accepted = svg("path", { class: "bars-accepted" });
  #refused = svg("path", { class: "bars-refused", fill: "url(#stripes)" });
  #base = svg("path", { class: "chart-base" });
  #limit = svg("path", { class: "chart-limit" });
  #limitText = svg("text", { class: "chart-text", x: GUTTER - 5, "text-anchor": "end" });
  #topText = svg("text", { class: "chart-text", x: GUTTER - 5, y: 14, "text-anchor": "end" });
  #width = 0;

  constructor() {
    const stripes = svg("pattern", { id: "stripes", width: 4, height: 3, patternUnits: "userSpaceOnUse" }, svg("rect", { class: "stripe", width: 4, height: 2 }));
    this.node = svg("svg", { class: "chart", height: HEIGHT, role: "img" },
      svg("defs", {}, stripes), this.#accepted, this.#refused, this.#base, this.#limit, this.#limitText, this.#topText);
  }

  /** Draw the answer of GET /rates in a width in pixels. */
  draw({ limit, seconds }, width) {
    const slot = (width - GUTTER) / Math.max(seconds.length, 1);
    const top = topOf(limit, seconds);
    const y = (calls) => HEIGHT - 1 - (calls / top) * (HEIGHT - 10);
    const bars = { accepted: "", refused: "" };
    seconds.forEach((second, at) => {
      const x = GUTTER + at * slot;
      bars.accepted += bar(x, slot, y(0), y(second.accepted));
      bars.refused += bar(x, slot, y(second.accepted), y(second.accepted + second.refused));
    });
    this.#width = width;
    set(this.node, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    set(this.#accepted, { d: bars.accepted });
    set(this.#refused, { d: bars.refused });
    set(this.#base, { d: `M${GUTTER} ${HEIGHT - 0.5}H${width}` });
    this.#drawLimit(limit && limit <= top ? y(limit) : null, limit, top);
  }

  /** Which second of so many lies under a place; undefined beside them. */
  at(x, many) {
    const index = Math.floor(((x - GUTTER) / (this.#width - GUTTER)) * many);
    return index >= 0 && index < many ? index : undefined;
  }

  #drawLimit(y, limit, top) {
    set(this.#limit, { d: y === null ? "" : `M${GUTTER} ${y}H${this.#width}` });
    set(this.#limitText, { y: (y ?? 0) + 4 });
    say(this.#limitText, y === null || y > HEIGHT - 8 ? "" : number(limit));
    say(this.#topText, y !== null && y < 32 ? "" : number(Math.floor(top)));
  }
}

/** The number of calls at the top: the limit fits in, unless it is far above all that there was. */
function topOf(limit, seconds) {
  const most = Math.max(4, ...seconds.map((second) => second.accepted + second.refused));
  return limit && limit < most * 4 ? Math.max(most, limit * 1.25) : most;
}

function bar(x, slot, bottom, top) {
  if (bottom - top < 0.5) return "";
  const width = Math.max(slot - 1, 1);
  return `M${x.toFixed(1)} ${bottom.toFixed(1)}V${top.toFixed(1)}h${width.toFixed(1)}V${bottom.toFixed(1)}z`;
}
