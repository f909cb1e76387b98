// Feed of calls: the newest that match the filter, kept in step with the emulator.
//
// Without a filter, calls come from the stream; with one, the stream only says when to ask the emulator again, which
// alone decides what matches. While `held`, new calls wait and are counted, so that nobody's rows move; rows that are
// there already are kept up to date in their places.
import { get, isAbort } from "./api.js";
import { listen } from "./stream.js";

const PAGE = 100;
const MOST = 200;
const RENDER_MS = 200;
const ASK_MS = 500;

export class CallFeed {
  #shown = [];             // the newest first
  #waiting = new Map();    // new calls by number; at most MOST of them, the newest
  #newest = 0;             // the greatest number that was told
  #most = MOST;            // of rows; more once older ones were asked for
  #more = false;
  #dirty = new Set();
  #loading = null;
  #asking = null;
  #frame = null;
  #lastRender = 0;
  #stops = [];
  #render;

  /** @param {(state: object) => void} render is called at most every RENDER_MS, with all that is to be shown. */
  constructor(render) {
    this.#render = render;
    this.filter = {};
    this.held = false;
    this.loaded = false;
    this.error = null;
  }

  start() {
    this.#stops = [
      listen("call", (call) => this.#arrived(call)),
      listen("missed", () => this.#askSoon()),
      listen("changed", ({ parts }) => parts.includes("calls") && this.load()),
      listen("begun", () => this.load()),
    ];
  }

  stop() {
    for (const stop of this.#stops) stop();
    this.#loading?.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#asking);
  }

  get filtered() {
    return Object.values(this.filter).some(Boolean);
  }

  /** Read the newest calls, in the place of all that are shown. */
  async load(filter = this.filter) {
    this.filter = filter;
    const answer = await this.#ask({ count: PAGE });
    if (answer === null) {
      // Rows of another filter are no answer to one that is refused.
      if (this.error?.status > 0) this.#shown = [];
      return;
    }
    this.#most = MOST;
    this.#shown = answer.calls;
    this.#more = answer.total > answer.calls.length;
    this.#dirty = new Set(answer.calls.map((call) => call.number));
    // What the stream told meanwhile is newer than the answer; what it told before is in the answer.
    const first = answer.calls[0]?.number ?? 0;
    const told = this.filtered ? [] : [...this.#waiting.values()].filter((call) => call.number > first);
    this.#waiting = new Map(told.map((call) => [call.number, call]));
    this.#newest = Math.max(first, ...this.#waiting.keys());
    this.loaded = true;
    this.#soon();
  }

  /** Add the calls before the last one that is shown. */
  async older() {
    const last = this.#shown.at(-1)?.number;
    const answer = await this.#ask({ count: 2 * PAGE, before: last });
    if (answer === null || this.#shown.at(-1)?.number !== last) return;
    this.#shown.push(...answer.calls);
    this.#most = Math.max(this.#most, this.#shown.length);
    this.#more = answer.calls.length === 2 * PAGE;
    this.#soon();
  }

  /** Show the calls that wait. */
  release() {
    this.#takeWaiting();
    this.#soon();
  }

  #arrived(call) {
    if (this.filtered) this.#askSoon();
    if (this.#changed(call)) return;
    const isNew = call.number > (this.#shown[0]?.number ?? 0);
    if (!this.filtered && (isNew || !this.loaded)) this.#wait(call);
  }

  /** Change the row of a call, if there is one. */
  #changed(call) {
    const at = this.#position(call.number);
    if (at < 0) return false;
    // An answer that was asked for may be older than what the stream told meanwhile.
    if (call.state !== "open" || this.#shown[at].state === "open") {
      this.#shown[at] = call;
      this.#dirty.add(call.number);
      this.#soon();
    }
    return true;
  }

  #wait(call) {
    this.#newest = Math.max(this.#newest, call.number);
    this.#waiting.set(call.number, call);
    if (this.#waiting.size > MOST) this.#waiting.delete(this.#waiting.keys().next().value);
    if (this.loaded) this.#soon();
  }

  /** How many calls wait. Numbers follow one another, hence also those are counted that the stream left out. */
  #waitingCount() {
    return this.filtered ? this.#waiting.size : Math.max(this.#newest - (this.#shown[0]?.number ?? 0), this.#waiting.size);
  }

  #takeWaiting() {
    if (!this.loaded || this.#waiting.size === 0) return;
    if (this.#waitingCount() > this.#waiting.size && this.#shown.length > 0) {
      if (this.#loading === null) this.load();
      return;
    }
    const calls = [...this.#waiting.values()].sort((one, other) => other.number - one.number);
    this.#shown = [...calls, ...this.#shown];
    this.#more ||= this.#shown.length > this.#most;
    this.#shown.length = Math.min(this.#shown.length, this.#most);
    this.#waiting.clear();
  }

  #askSoon() {
    this.#asking ??= setTimeout(async () => {
      this.#asking = null;
      const answer = this.#loading === null ? await this.#ask({ count: PAGE }) : null;
      if (answer !== null) this.#matched(answer.calls);
    }, ASK_MS);
  }

  /** Take over what matches now: new calls wait, and rows that match no longer go, unless they are held. */
  #matched(calls) {
    const newest = this.#shown[0]?.number ?? 0;
    const oldest = calls.length === PAGE ? calls.at(-1).number : 0;
    const numbers = new Set(calls.map((call) => call.number));
    if (!this.held) this.#shown = this.#shown.filter((call) => call.number < oldest || numbers.has(call.number));
    for (const call of calls.toReversed()) if (!this.#changed(call) && call.number > newest) this.#wait(call);
    this.#soon();
  }

  async #ask(query) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const answer = await get("/calls", { ...this.filter, ...query }, { signal: loading.signal });
      this.error = null;
      return answer;
    } catch (error) {
      if (isAbort(error)) return null;
      this.error = error;
      this.#soon();
      return null;
    } finally {
      if (this.#loading === loading) this.#loading = null;
    }
  }

  #position(number) {
    // The rows go down by number: a binary search keeps ten thousand calls cheap.
    let low = 0;
    let high = this.#shown.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#shown[middle].number;
      if (found === number) return middle;
      if (found > number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Render in the next frame, but not more often than every RENDER_MS. */
  #soon() {
    this.#frame ??= requestAnimationFrame((now) => {
      this.#frame = null;
      if (now - this.#lastRender < RENDER_MS) {
        this.#soon();
        return;
      }
      this.#lastRender = now;
      if (!this.held) this.#takeWaiting();
      const waiting = this.held ? this.#waitingCount() : 0;
      this.#render({ calls: this.#shown, dirty: this.#dirty, waiting, more: this.#more });
      this.#dirty = new Set();
    });
  }
}
