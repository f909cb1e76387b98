// Words for the calls a second: what the chart shows, as a sentence and as rows of ten seconds.
import { clockTime, count, number } from "./format.js";

const TEN = 10;

export const rateSentence = ({ limit, seconds }) =>
  `Bar chart of the last two minutes: ${count(sum(seconds, "accepted"), "call")} accepted, ${number(sum(seconds, "refused"))} over the limits, `
  + `at most ${number(most(seconds))} in a second; ${limit ? `the limit is ${number(limit)}` : "there is no limit"}.`;

export const RATE_HEADINGS = ["Ten seconds from", "Accepted", "Refused", "Most in a second"];

/** A row for each ten seconds, the newest first. */
export function rateRows(seconds) {
  const rows = [];
  for (let end = seconds.length; end > 0; end -= TEN) {
    const some = seconds.slice(Math.max(end - TEN, 0), end);
    rows.push([clockTime(some[0].time), number(sum(some, "accepted")), number(sum(some, "refused")), number(most(some))]);
  }
  return rows;
}

const sum = (seconds, name) => seconds.reduce((total, second) => total + second[name], 0);
const most = (seconds) => Math.max(0, ...seconds.map((second) => second.accepted + second.refused));
