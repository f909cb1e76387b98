// Traffic: the calls as they arrive, how many a second there are, and one of them in detail.
import { el, fill, say, set } from "./dom.js";
import { remove } from "./api.js";
import { CallDetail } from "./call_detail.js";
import { CallFeed } from "./call_feed.js";
import { callFilters } from "./call_filters.js";
import { CallTable } from "./call_table.js";
import { connectHelp } from "./connect_help.js";
import { button, grow, toolbar } from "./controls.js";
import { dayCounts } from "./day_counts.js";
import { emptyState, problemState } from "./empty.js";
import { count } from "./format.js";
import { attempt, notice } from "./notice.js";
import { RateChart } from "./rate_chart.js";
import { go, href } from "./router.js";

export const traffic = {
  title: "Traffic",
  open(outlet, place) {
    const view = new TrafficView(outlet);
    view.move(place);
    return view;
  },
};

class TrafficView {
  #filter = { route: "", status: "", text: "" };
  #number = null;
  #paused = false;
  #scrolled = false;
  #started = false;
  #listening = new AbortController();

  constructor(outlet) {
    this.feed = new CallFeed((state) => this.#render(state));
    this.table = new CallTable({ hrefOf: (number) => this.#href(number), onopen: (call, byKeyboard) => this.#openCall(call, byKeyboard) });
    this.detail = new CallDetail({ onclose: () => this.#closeCall(), onstep: (step) => this.#step(step) });
    this.filters = callFilters((filter) => go(href("traffic", this.#path(), filter), { replace: true }));
    this.chart = new RateChart();
    this.counts = dayCounts();
    this.pause = button("Pause", { "aria-pressed": false, onclick: () => this.#setPaused(!this.#paused) });
    this.news = button("", { kind: "primary", class: "button button-primary calls-new-button", onclick: () => this.#showNew() });
    this.newsFrame = el("div", { class: "calls-new", hidden: true }, this.news);
    this.top = el("div", { class: "calls-top", "aria-hidden": "true" });
    this.older = button("Show older calls", { onclick: () => this.feed.older() });
    this.after = el("div", { class: "calls-after", hidden: true }, this.older);
    this.nothing = el("div", { hidden: true });
    this.scroller = el("div", { class: "calls-frame view-body", role: "region", "aria-label": "Calls" }, this.top, this.newsFrame, this.table.node, this.after, this.nothing);
    outlet.append(
      el("div", { class: "summary" }, this.chart.node, this.counts.node),
      toolbar("Filters", this.filters.nodes, grow(), this.pause, button("Clear", { title: "Clear all calls", onclick: () => this.#clear() })),
      el("div", { class: "split" }, this.scroller, this.detail.node),
    );
    this.#follow(outlet);
  }

  move(place) {
    const filter = { route: place.query.route ?? "", status: place.query.status ?? "", text: place.query.text ?? "" };
    const same = JSON.stringify(filter) === JSON.stringify(this.#filter);
    const number = /^\d+$/.test(place.path[0] ?? "") ? Number(place.path[0]) : null;
    this.#filter = filter;
    this.#number = number;
    this.filters.show(filter);
    this.table.choose(number);
    this.detail.show(number);
    this.#hold();
    if (same && this.#started) return;
    this.table.refreshLinks();
    if (!this.#started) this.feed.start();
    this.#started = true;
    this.feed.load(filter);
  }

  close() {
    this.#listening.abort();
    this.observer.disconnect();
    for (const each of [this.filters, this.detail, this.chart, this.counts]) each.close();
    this.feed.stop();
  }

  /** Listen to keys, to the scroll position and to the focus. */
  #follow(outlet) {
    const { signal } = this.#listening;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    outlet.addEventListener("focusin", () => this.#hold(), { signal });
    outlet.addEventListener("focusout", () => setTimeout(() => this.#hold()), { signal });
    this.table.body.addEventListener("focusin", (event) => this.#followFocus(event), { signal });
    // Above the window or its frame: somebody reads further down.
    this.observer = new IntersectionObserver(([entry]) => {
      this.#scrolled = !entry.isIntersecting && entry.boundingClientRect.top < (entry.rootBounds?.top ?? 0) + 1;
      this.#hold();
    });
    this.observer.observe(this.top);
  }

  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      this.filters.focus();
    } else if (event.key === "Escape" && this.#number !== null) {
      event.preventDefault();
      this.#closeCall();
    } else if (event.key === "Escape" && this.table.body.contains(document.activeElement)) {
      document.activeElement.blur();
    }
  }

  /** While a call is open, it follows the row that the arrows reach. */
  #followFocus(event) {
    const call = this.table.callOf(event.target);
    if (this.#number !== null && call !== null && call.number !== this.#number) go(this.#href(call.number), { replace: true });
  }

  #path = () => (this.#number === null ? [] : [this.#number]);

  #href(number) {
    return href("traffic", number === null ? [] : [number], this.#filter);
  }

  #openCall(call, byKeyboard) {
    go(this.#href(call.number), { replace: this.#number !== null });
    if (byKeyboard || matchMedia("(max-width: 899px)").matches) setTimeout(() => this.detail.focus());
  }

  #closeCall() {
    const number = this.#number;
    go(this.#href(null), { replace: true });
    this.table.focus(number);
  }

  #step(step) {
    const numbers = [...this.table.body.children].map((row) => Number(row.dataset.number));
    const next = numbers[numbers.indexOf(this.#number) + step];
    if (next !== undefined) go(this.#href(next), { replace: true });
  }

  /** New calls wait while somebody reads: a call is open, the table is scrolled, or the keyboard is in it. */
  #hold() {
    const inRows = this.table.body.contains(document.activeElement) && document.activeElement.matches(":focus-visible");
    const held = this.#paused || this.#number !== null || this.#scrolled || inRows;
    const freed = this.feed.held && !held;
    this.feed.held = held;
    if (freed) this.feed.release();
  }

  #setPaused(paused) {
    this.#paused = paused;
    set(this.pause, { "aria-pressed": paused });
    this.#hold();
  }

  #showNew() {
    this.feed.release();
    this.top.scrollIntoView({ block: "nearest" });
  }

  #clear() {
    return attempt(async () => {
      const { deleted } = await remove("/calls");
      if (this.#number !== null) go(this.#href(null), { replace: true });
      await this.feed.load();
      notice(`Cleared ${count(deleted, "call")}.`);
    });
  }

  #render({ calls, dirty, waiting, more }) {
    this.table.render(calls, dirty);
    this.newsFrame.hidden = waiting === 0;
    say(this.news, count(waiting, "new call"));
    this.after.hidden = !more;
    this.table.node.hidden = calls.length === 0;
    this.#renderNothing(calls.length, waiting);
  }

  #renderNothing(rows, waiting) {
    const { error, loaded, filtered } = this.feed;
    const empty = waiting > 0 ? "paused" : filtered ? "filtered" : "empty";
    const kind = rows > 0 ? "" : error !== null ? `error ${error.message}` : loaded ? empty : "";
    if (this.nothing.dataset.kind === kind) return;
    this.nothing.dataset.kind = kind;
    this.nothing.hidden = kind === "";
    if (kind.startsWith("error")) fill(this.nothing, problemState(error, () => this.feed.load()));
    else if (kind === "paused") fill(this.nothing, emptyState("Paused", "New calls wait until you show them, or press Pause again."));
    else if (kind === "filtered") fill(this.nothing, emptyState("No call matches", "Calls that match appear here as they arrive.", el("a", { href: href("traffic") }, "Show all calls")));
    else if (kind === "empty") fill(this.nothing, connectHelp());
    else fill(this.nothing);
  }
}
