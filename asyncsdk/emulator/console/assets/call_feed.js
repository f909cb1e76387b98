// Feed of calls: the newest that match the filter, kept in step with the emulator.
//
// Without a filter, calls come from the stream; with one, the stream only says when to ask the emulator again, which
// alone decides what matches. While `held`, new calls wait and are counted, so that nobody's rows move.
import { get, isAbort } from "./api.js";
import { listen } from "./stream.js";

const PAGE = 100;
const MOST = 500;
const RENDER_MS = 120;
const ASK_MS = 500;

export class CallFeed {
  #shown = [];             // the newest first
  #waiting = new Map();    // new calls by number, the newest last; at most MOST of them
  #waitingCount = 0;
  #most = MOST;
  #dirty = new Set();
  #loading = null;
  #stops = [];
  #frame = null;
  #asking = null;
  #lastRender = 0;
  #ever = null;
  #render;

  /** @param {(state: object) => void} render is called at most once a frame, with all that is to be shown. */
  constructor(render) {
    this.#render = render;
    this.filter = {};
    this.held = false;
    this.error = null;
    this.loaded = false;
    this.more = false;
  }

  start() {
    let lost = false;
    this.#stops = [
      listen("call", (call) => this.#arrived(call)),
      listen("overview", (overview) => this.#counted(overview.counts.calls)),
      listen("state", (state) => {
        if (state === "live" && lost) this.load();
        lost = state === "lost" || (lost && state !== "live");
      }),
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

  /** Read the newest calls again, and forget what was shown. */
  async load(filter = this.filter) {
    this.filter = filter;
    this.#most = MOST;
    const answer = await this.#ask({ count: PAGE });
    if (answer === null) return;
    // What the stream told meanwhile is at least as new as the answer.
    const told = this.filtered ? [] : [...this.#waiting.values()];
    this.#forgetWaiting();
    this.#shown = newestFirst([...answer.calls, ...told]);
    this.more = answer.total > answer.calls.length;
    this.#dirty = new Set(this.#shown.map((call) => call.number));
    this.loaded = true;
    this.#soon();
  }

  /** Add the calls before the last one that is shown. */
  async older() {
    const answer = await this.#ask({ count: 2 * PAGE, before: this.#shown.at(-1)?.number });
    if (answer === null) return;
    const known = new Set(this.#shown.map((call) => call.number));
    this.#shown.push(...answer.calls.filter((call) => !known.has(call.number)));
    this.#most = Math.max(this.#most, this.#shown.length);
    this.more = answer.calls.length === 2 * PAGE;
    this.#soon();
  }

  /** Show the calls that wait. */
  release() {
    this.#takeWaiting();
    this.#soon();
  }

  #arrived(call) {
    const at = this.#position(call.number);
    if (at >= 0) {
      if (call.state === "open" && this.#shown[at].state !== "open") return;
      this.#shown[at] = call;
      this.#dirty.add(call.number);
      this.#soon();
    } else if (!this.filtered) {
      if (!this.loaded || call.number > (this.#shown[0]?.number ?? 0)) this.#wait(call);
    }
    if (this.filtered) this.#askSoon();
  }

  /** Fewer calls than before: they were cleared, or the account was reset. */
  #counted(calls) {
    if (this.#ever !== null && calls < this.#ever) this.load();
    this.#ever = calls;
  }

  #wait(call) {
    if (!this.#waiting.has(call.number)) this.#waitingCount += 1;
    this.#waiting.set(call.number, call);
    if (this.#waiting.size > MOST) this.#waiting.delete(this.#waiting.keys().next().value);
    if (this.loaded) this.#soon();
  }

  #forgetWaiting() {
    this.#waiting.clear();
    this.#waitingCount = 0;
  }

  #askSoon() {
    this.#asking ??= setTimeout(async () => {
      this.#asking = null;
      const answer = this.#loading === null ? await this.#ask({ count: PAGE }) : null;
      if (answer !== null) this.#matched(answer.calls);
    }, ASK_MS);
  }

  /** Take over what matches the filter now: new calls wait, and rows that match no longer go, unless held. */
  #matched(calls) {
    const newest = this.#shown[0]?.number ?? 0;
    const oldest = calls.length === PAGE ? calls.at(-1).number : 0;
    const match = new Map(calls.map((call) => [call.number, call]));
    if (!this.held) this.#shown = this.#shown.filter((call) => call.number < oldest || match.has(call.number));
    for (const call of calls.toReversed()) if (call.number > newest) this.#wait(call);
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
      this.#render({ calls: this.#shown, dirty: this.#dirty, waiting: this.#waitingCount, more: this.more });
      this.#dirty = new Set();
    });
  }

  #takeWaiting() {
    if (this.#waitingCount === 0 || !this.loaded) return;
    const all = this.#waitingCount > this.#waiting.size;
    const calls = newestFirst([...(all ? [] : this.#shown), ...this.#waiting.values()]);
    this.more ||= all || calls.length > this.#most;
    this.#shown = calls.slice(0, this.#most);
    this.#forgetWaiting();
  }
}

/** Calls by number, the newest first; of two with the same number the last given. */
function newestFirst(calls) {
  const byNumber = new Map(calls.map((call) => [call.number, call]));
  return [...byNumber.values()].sort((one, other) => other.number - one.number);
}
