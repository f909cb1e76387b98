// Actions of a job: finish, stall or fail it, while it has not ended.
import { part, post } from "./api.js";
import { button, field, input } from "./controls.js";
import { formDialog } from "./dialog.js";
import { el } from "./dom.js";
import { keepFocusAfter } from "./focus.js";
import { attempt, notice } from "./notice.js";

const OPEN = ["pending", "running", "stalled"];

/** Whether nothing more can be done with a job. */
export const hasEnded = (job) => !OPEN.includes(job.state);

export function jobActions(job, changed, { small = false } = {}) {
  if (hasEnded(job)) return null;

  async function act(verb, done, body = {}) {
    await post(`/jobs/${part(job.id)}/${verb}`, body);
    notice(`Job ${job.id} ${done}.`);
    await changed();
  }

  const action = (label, onclick) =>
    button(label, { kind: small ? "quiet" : "plain", "aria-label": `${label} job ${job.id}`, onclick });

  return el(
    "span",
    { class: "actions" },
    action("Finish", () => attempt(() => act("finish", "is done"))),
    job.state !== "stalled" && action("Stall", () => attempt(() => act("stall", "is stalled"))),
    action("Fail", () => failJob(job, (text) => act("fail", "has failed", { text }))),
  );
}

function failJob(job, fail) {
  const text = input({ value: "The job has failed" });
  return keepFocusAfter(() =>
    formDialog({
      title: `Fail job ${job.id}`,
      content: [field("Words", text, { hint: "what its status says" })],
      action: "Fail the job",
      onsubmit: () => fail(text.value),
    }),
  );
}
