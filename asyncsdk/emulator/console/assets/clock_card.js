// Clock: the emulator's time, and buttons that move it.
import { post } from "./api.js";
import { card } from "./card.js";
import { button, input } from "./controls.js";
import { el, say } from "./dom.js";
import { emulatorTime } from "./emulator_time.js";
import { clockTime, day, span } from "./format.js";
import { checkedField } from "./form_fields.js";
import { notice } from "./notice.js";
import { problemLine } from "./problem_line.js";
import { listen } from "./stream.js";

const STEPS = [
  ["+1 min", 60],
  ["+1 h", 3600],
  ["+1 day", 86400],
];

export function clockCard() {
  const time = el("span", { class: "clock-time" });
  const date = el("span", { class: "clock-date" });
  const ahead = el("span", { class: "clock-ahead" });
  const problem = problemLine();
  const seconds = checkedField("Seconds", input({ inputmode: "decimal", placeholder: "90" }), { hint: "a negative number sets it back" });

  function tick() {
    const now = emulatorTime();
    say(date, day(now));
    say(time, clockTime(now));
  }

  async function advance(by) {
    await post("/clock/advance", { seconds: by });
    notice(`Moved the clock ${by < 0 ? "back" : "ahead"} by ${span(Math.abs(by))}.`);
  }

  async function submit(event) {
    event.preventDefault();
    const by = Number(seconds.control.value);
    const isNumber = seconds.control.value.trim() !== "" && Number.isFinite(by);
    seconds.complain(isNumber ? "" : "Write a number of seconds, as in 90 or -0.5.");
    if (!isNumber) {
      seconds.control.focus();
      return;
    }
    try {
      await advance(by);
      seconds.control.value = "";
    } catch (error) {
      seconds.complain(error.message);
    }
  }

  const stop = listen("overview", ({ clock }) => {
    const by = Math.round(clock.ahead);
    say(ahead, by === 0 ? "as this machine's" : `${span(Math.abs(by))} ${by > 0 ? "ahead of" : "behind"} this machine's`);
    tick();
  });
  const timer = setInterval(tick, 1000);

  const node = card(
    "Clock",
    "Tokens, limits and jobs go by it.",
    el("p", { class: "clock" }, date, " ", time, " ", ahead),
    el("div", { class: "control-line", role: "group", "aria-label": "Move the clock" }, STEPS.map(([label, by]) => button(label, { onclick: () => problem.run(() => advance(by)) }))),
    el("form", { class: "control-line", novalidate: true, onsubmit: submit }, seconds.node, el("button", { type: "submit", class: "button button-plain" }, "Move the clock")),
    problem.node,
  );
  return {
    node,
    close: () => {
      stop();
      clearInterval(timer);
    },
  };
}
