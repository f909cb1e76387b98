// Header: whose account it is, the views, the emulator's clock, and whether the emulator answers.
import { el, fill, say } from "./dom.js";
import { emulatorTime } from "./emulator_time.js";
import { day, clockTime, span } from "./format.js";
import { glyph } from "./glyphs.js";
import { href } from "./router.js";
import { listen } from "./stream.js";

const STATES = {
  connecting: ["wait", "Connecting", ""],
  live: ["good", "Live", ""],
  lost: ["bad", "Not connected", "The emulator does not answer, or 20 pages of it are open already. This page connects again by itself."],
};

const PATIENCE_MS = 400;

export function buildHeader(node, views) {
  const account = el("span", { class: "header-account" });
  const links = Object.entries(views).map(([name, view]) => el("a", { class: "header-link", href: href(name) }, view.title));
  const state = el("span", { class: "header-state", role: "status" });
  const lost = el("p", { class: "lost", role: "alert", hidden: true });
  fill(
    node,
    el("div", { class: "header-line" },
      el("p", { class: "header-name" }, el("b", {}, "Act-On emulator"), account),
      el("nav", { class: "header-nav", "aria-label": "Views" }, links),
      clock(),
      state),
    lost,
  );

  function tell(name) {
    const [shape, text, sentence] = STATES[name];
    fill(state, glyph(shape), text);
    state.setAttribute("class", `header-state header-state-${name}`);
    lost.hidden = sentence === "";
    say(lost, sentence);
  }

  // A stream that is back at once, as after a page was not seen for long, is not worth a word.
  let waiting = null;
  listen("state", (name) => {
    clearTimeout(waiting);
    waiting = name === "lost" ? setTimeout(tell, PATIENCE_MS, name) : tell(name);
  });
  listen("overview", (overview) => say(account, `${overview.account.name} · ${overview.account.id}`));

  function show(name) {
    Object.keys(views).forEach((each, at) => {
      if (each === name) links[at].setAttribute("aria-current", "page");
      else links[at].removeAttribute("aria-current");
    });
  }

  return { show };
}

/** The emulator's time, going on between what the stream tells, and how far it is ahead. */
function clock() {
  const date = el("span", { class: "header-date" });
  const time = el("span", {});
  const ahead = el("b", { class: "header-ahead" });

  function tick() {
    const now = emulatorTime();
    say(date, day(now));
    say(time, clockTime(now));
  }

  listen("overview", (overview) => {
    const by = Math.round(overview.clock.ahead);
    say(ahead, by === 0 ? "" : `${span(Math.abs(by))} ${by > 0 ? "ahead" : "behind"}`);
    tick();
  });
  setInterval(tick, 1000);
  return el("p", { class: "header-clock", title: "The emulator's clock", role: "group", "aria-label": "The emulator's clock" }, date, " ", time, " ", ahead);
}
