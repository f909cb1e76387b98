// Jobs that have not ended: finish, stall or fail them.
import { get } from "./api.js";
import { card } from "./card.js";
import { el, fill } from "./dom.js";
import { keepFocus } from "./focus.js";
import { dateTime } from "./format.js";
import { hasEnded, jobActions } from "./job_actions.js";
import { jobState } from "./job_state.js";
import { live } from "./live.js";
import { href } from "./router.js";
import { table } from "./table.js";

const LOOKED_AT = 1000; // the newest

export function jobsCard() {
  const open = table({
    label: "Jobs that have not ended",
    stacked: true,
    columns: [
      { heading: "Job", cell: (job) => el("a", { class: "mono", href: href("data", ["jobs", job.id]) }, job.id) },
      { heading: "State", cell: jobState },
      { heading: "Kind", cell: (job) => job.kind },
      { heading: "Accepted", cell: (job) => dateTime(job.accepted_time), class: "cell-time" },
      { heading: "", label: "Actions", class: "cell-actions", cell: (job) => jobActions(job, reader.again, { small: true }) },
    ],
  });
  const body = el("div", {});

  const reader = live(["jobs"], async () => {
    try {
      const { jobs } = await get("/jobs", { count: LOOKED_AT });
      if (reader.isOpen()) keepFocus(() => show(jobs.filter((job) => !hasEnded(job))));
    } catch (error) {
      if (reader.isOpen()) fill(body, el("p", { class: "problem-text", role: "alert" }, error.message));
    }
  });

  function show(jobs) {
    open.show(jobs);
    const wanted = jobs.length > 0 ? open.node : null;
    if (wanted === null) fill(body, el("p", { class: "muted" }, "All jobs have ended. They are in ", el("a", { href: href("data", ["jobs"]) }, "Data"), "."));
    else if (!body.contains(wanted)) fill(body, wanted);
  }

  return { node: card("Jobs", "Those that have not ended.", body), close: reader.close };
}
