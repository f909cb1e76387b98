// Control: what may be changed in the emulator: its clock, its faults, its jobs, its limits, all of it.
import { accountCard } from "./account_card.js";
import { clockCard } from "./clock_card.js";
import { el } from "./dom.js";
import { environmentCard } from "./environment_card.js";
import { faultsCard } from "./faults_card.js";
import { jobsCard } from "./jobs_card.js";
import { limitsCard } from "./limits_card.js";
import { tokensCard } from "./tokens_card.js";

export const control = { title: "Control", open };

function open(outlet) {
  const left = [clockCard(), limitsCard(), tokensCard(), accountCard()];
  const right = [faultsCard(), jobsCard(), environmentCard()];
  const column = (cards) => el("div", { class: "control-column" }, cards.map((each) => each.node));
  outlet.append(el("div", { class: "view-body" }, el("div", { class: "control" }, column(left), column(right))));
  return { move() {}, close: () => [...left, ...right].forEach((each) => each.close?.()) };
}
