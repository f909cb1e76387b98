// Chart of calls a second in the last two minutes, by the emulator's clock; the same is there as a table.
import { el, fill, say, set } from "./dom.js";
import { get } from "./api.js";
import { button } from "./controls.js";
import { clockTime, number } from "./format.js";
import { RateBars } from "./rate_bars.js";
import { RATE_HEADINGS, rateRows, rateSentence } from "./rate_words.js";
import { streamState } from "./stream.js";

const SECONDS = 120;
const EVERY_MS = 1000;

export class RateChart {
  #rates = { limit: null, seconds: [] };
  #bars = new RateBars();
  #limitKey = el("span", {});
  #readout = el("span", { class: "chart-readout" });
  #rows = el("tbody", {});
  #frame;
  #table;
  #asTable;
  #resized;
  #timer;
  #loading = false;

  constructor() {
    const axis = el("div", { class: "chart-axis muted", "aria-hidden": "true" }, el("span", {}, "2 minutes ago"), el("span", {}, "1 minute"), el("span", {}, "now"));
    const head = el("thead", {}, el("tr", {}, RATE_HEADINGS.map((text) => el("th", { scope: "col" }, text))));
    this.#frame = el("div", {}, this.#bars.node, axis);
    this.#table = el("div", { class: "chart-table", hidden: true, tabindex: 0, role: "region", "aria-label": "Calls a second as a table" },
      el("table", { class: "fields" }, head, this.#rows));
    this.#asTable = button("As a table", { class: "button button-quiet button-small", "aria-pressed": false, onclick: () => this.#swap() });
    const keys = el("span", { class: "keys" }, key("key-accepted", "accepted"), key("key-refused", "over the limits"), this.#limitKey);
    this.node = el("section", { class: "rates", "aria-label": "Calls a second" },
      el("div", { class: "section-head" }, el("h2", {}, "Calls a second"), keys, el("span", { class: "grow" }), this.#readout, this.#asTable),
      this.#frame, this.#table);
    this.#follow();
  }

  close() {
    clearInterval(this.#timer);
    this.#resized.disconnect();
  }

  #follow() {
    this.#bars.node.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.#bars.node.addEventListener("pointerleave", () => say(this.#readout, ""));
    this.#resized = new ResizeObserver(() => this.#draw());
    this.#resized.observe(this.#frame);
    this.#timer = setInterval(() => this.#load(), EVERY_MS);
    this.#load();
  }

  async #load() {
    // An emulator that stands still, as in a debugger, must not find all seconds of a break asked for.
    if (this.#loading || document.hidden || streamState() === "lost") return;
    this.#loading = true;
    try {
      this.#rates = await get("/rates", { seconds: SECONDS });
      this.#draw();
    } catch {
      // The header says already that the emulator does not answer.
    } finally {
      this.#loading = false;
    }
  }

  #draw() {
    const { limit, seconds } = this.#rates;
    this.#bars.node.setAttribute("aria-label", rateSentence(this.#rates));
    fill(this.#limitKey, limit ? key("key-limit", `limit ${number(limit)}`) : null);
    if (this.#table.hidden) this.#bars.draw(this.#rates, this.#frame.clientWidth);
    else fill(this.#rows, rateRows(seconds).map((row) => el("tr", {}, row.map((text) => el("td", {}, text)))));
  }

  #swap() {
    this.#frame.hidden = this.#table.hidden;
    this.#table.hidden = !this.#table.hidden;
    set(this.#asTable, { "aria-pressed": !this.#table.hidden });
    this.#draw();
  }

  /** Tell the numbers of the second under the pointer. */
  #point(x) {
    const second = this.#rates.seconds[this.#bars.at(x, this.#rates.seconds.length)];
    say(this.#readout, second ? `${clockTime(second.time)}: ${number(second.accepted)} accepted, ${number(second.refused)} refused` : "");
  }
}

const key = (name, text) => el("span", { class: "key" }, el("span", { class: ["key-mark", name], "aria-hidden": "true" }), text);
