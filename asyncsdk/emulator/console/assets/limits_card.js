// Limits: how much of them is used, and the day's calls spent on a click.
import { post } from "./api.js";
import { card } from "./card.js";
import { input } from "./controls.js";
import { el, fill } from "./dom.js";
import { count, number } from "./format.js";
import { checkedField } from "./form_fields.js";
import { notice } from "./notice.js";
import { listen } from "./stream.js";

export function limitsCard() {
  const facts = el("dl", { class: "facts" });
  const left = checkedField("Calls left today", input({ value: "0", inputmode: "numeric" }));

  async function submit(event) {
    event.preventDefault();
    const given = left.control.value.trim();
    const isWhole = /^\d{1,15}$/.test(given);
    left.complain(isWhole ? "" : "Write a whole number from 0 on.");
    if (!isWhole) {
      left.control.focus();
      return;
    }
    try {
      await post("/day/spend", { left: Number(given) });
      notice(`${count(Number(given), "call")} ${given === "1" ? "is" : "are"} left today.`);
    } catch (error) {
      left.complain(error.message);
    }
  }

  const stop = listen("overview", ({ limits, counts }) => {
    const used = (value, limit) => (limit === null ? `${number(value)}, no limit` : `${number(value)} of ${number(limit)}`);
    const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
    fill(
      facts,
      fact("Calls a second", limits.calls_per_second === null ? "no limit" : `at most ${number(limits.calls_per_second)}`),
      fact("Calls today", used(counts.today, limits.calls_per_day)),
      fact("Logins this hour", used(counts.logins_this_hour, limits.logins_per_hour)),
    );
  });

  const node = card(
    "Limits",
    null,
    facts,
    el("form", { class: "control-line", novalidate: true, onsubmit: submit }, left.node, el("button", { type: "submit", class: "button button-plain" }, "Spend the day")),
  );
  return { node, close: stop };
}
