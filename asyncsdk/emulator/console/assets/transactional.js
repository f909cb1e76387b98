// Transactional mail: single mails that programs asked for, each as its recipient sees it.
import { address, get, part } from "./api.js";
import { el } from "./dom.js";
import { dateTime } from "./format.js";
import { listing } from "./listing.js";
import { listingPanel } from "./listing_panel.js";
import { mailFrame } from "./mail_frame.js";
import { addressText } from "./messages.js";
import { partHead } from "./part_head.js";
import { href } from "./router.js";

export function transactional(outlet, first) {
  let place = first;
  let known = new Map();
  const frames = new Map();

  const all = listing({
    label: "Transactional mail",
    place,
    parts: ["transactional"],
    chosen: (mail) => mail.id === place.path[1],
    columns: [
      { heading: "To", cell: (mail) => el("a", { href: href("data", ["transactional", mail.id], place.query) }, mail.recipient), class: "cell-main" },
      { heading: "Subject", cell: (mail) => mail.subject },
      { heading: "Template", cell: (mail) => el("span", { class: "mono" }, mail.template_id) },
      { heading: "Tag", cell: (mail) => mail.tag },
      { heading: "Time", cell: (mail) => dateTime(mail.time), class: "cell-time" },
    ],
    read: async ({ offset, count }) => {
      const { total, transactional: rows } = await get("/transactional", { offset, count });
      // The mails of this page, and the one that is open: others would pile up in a page that is open for long.
      const open = known.get(place.path[1]);
      known = new Map([...(open ? [open] : []), ...rows].map((mail) => [mail.id, mail]));
      return { total, rows };
    },
    empty: ["No transactional mail yet", "A program sends it by transactional.send."],
  });

  async function read(id) {
    if (!known.has(id)) await all.again();
    if (!known.has(id)) throw new Error("There is no such mail on this page.");
    return known.get(id);
  }

  function show(mail) {
    if (!frames.has(mail.id)) {
      const made = mailFrame(mail.subject || mail.recipient);
      made.show(address(`/transactional/${part(mail.id)}/preview`));
      frames.clear();
      frames.set(mail.id, made);
    }
    return [el("h2", {}, mail.subject || "(no subject)"), ...details(mail, frames.get(mail.id))];
  }

  const view = listingPanel(outlet, place, {
    head: partHead("Transactional mail"),
    all,
    label: "Transactional mail: one",
    parts: ["transactional"],
    read,
    show,
  });

  return {
    ...view,
    move: (next) => {
      place = next;
      view.move(next);
    },
  };
}
transactional.keeps = true;

function details(mail, frame) {
  const fact = (name, value) => value && el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return [
    el(
      "dl",
      { class: "facts" },
      fact("To", mail.recipient),
      fact("Copy", (mail.cc ?? []).join(", ")),
      fact("From", addressText(mail.from)),
      fact("Template", `${mail.title ?? ""} (${mail.template_id})`),
      fact("Tag", mail.tag),
      fact("External id", mail.external_id),
      fact("Time", dateTime(mail.time)),
    ),
    frame.node,
    el("div", {}, el("h3", {}, "Personalization"), el("pre", { class: "code" }, JSON.stringify(mail.personalization ?? {}, null, 2))),
  ];
}
