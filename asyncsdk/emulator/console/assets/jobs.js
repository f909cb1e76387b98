// Jobs: uploads and other long work, with their state; finish, stall or fail one.
import { get, part } from "./api.js";
import { el } from "./dom.js";
import { dateTime } from "./format.js";
import { jobActions } from "./job_actions.js";
import { jobState } from "./job_state.js";
import { listing } from "./listing.js";
import { listingPanel } from "./listing_panel.js";
import { partHead } from "./part_head.js";
import { href } from "./router.js";

export function jobs(outlet, first) {
  let place = first;
  let view = null;
  const again = () => view.again();

  const all = listing({
    label: "Jobs",
    place,
    parts: ["jobs"],
    chosen: (job) => job.id === place.path[1],
    columns: [
      { heading: "Job", cell: (job) => el("a", { class: "mono", href: href("data", ["jobs", job.id], place.query) }, job.id) },
      { heading: "State", cell: jobState },
      { heading: "Kind", cell: (job) => job.kind },
      { heading: "Accepted", cell: (job) => dateTime(job.accepted_time) },
      { heading: "Words", cell: (job) => job.words },
      { heading: "", label: "Actions", class: "cell-actions", cell: (job) => jobActions(job, again, { small: true }) },
    ],
    read: async ({ offset, count }) => {
      const { total, jobs: rows } = await get("/jobs", { offset, count });
      return { total, rows };
    },
    empty: ["No jobs yet", "A program starts one by an upload, as lists.create and lists.merge do."],
  });

  view = listingPanel(outlet, place, {
    head: partHead("Jobs"),
    all,
    label: "Job",
    parts: ["jobs"],
    read: (id) => get(`/jobs/${part(id)}`),
    show: (job) => [el("h2", {}, `Job ${job.id}`), ...details(job, again)],
  });

  return {
    ...view,
    move: (next) => {
      place = next;
      view.move(next);
    },
  };
}
jobs.keeps = true;

function details(job, again) {
  const fact = (name, value, kind = null) => value && el("div", { class: kind }, el("dt", {}, name), el("dd", {}, value));
  return [
    el(
      "dl",
      { class: "facts" },
      fact("State", jobState(job)),
      fact("Kind", job.kind),
      fact("Accepted", dateTime(job.accepted_time)),
      fact("Words", job.words),
      fact("Rejected rows", job.rejected_file && el("a", { class: "mono", href: href("data", ["rejected-files", job.rejected_file]) }, job.rejected_file), "fact-wide"),
    ),
    jobActions(job, again),
    job.details && el("div", {}, el("h3", {}, "Details"), el("pre", { class: "code" }, JSON.stringify(job.details, null, 2))),
  ];
}
