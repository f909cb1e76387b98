// Mail: drafts, templates, and what was sent or is to be sent.
import { get } from "./api.js";
import { badge } from "./badge.js";
import { el } from "./dom.js";
import { dateTime, number } from "./format.js";
import { listing } from "./listing.js";
import { partHead } from "./part_head.js";
import { href } from "./router.js";

const TONES = { SENT: "good", SCHEDULED: "wait", FAILED: "bad", DRAFT: "neutral", TEMPLATE: "info" };

/** The type of a message, in lower case as all other states. */
export const typeBadge = (message) => badge(message.type.toLowerCase(), TONES[message.type]);

/** A sender or recipient: "John Doe <john.doe@act-on.com>". */
export const addressText = (from) => [from?.name, from?.email && `<${from.email}>`].filter(Boolean).join(" ");

export function messages(outlet, place) {
  const all = listing({
    label: "Mail",
    place,
    parts: ["messages"],
    columns: [
      {
        heading: "Subject",
        cell: (message) => el("a", { href: href("data", ["mail", message.id]) }, message.subject || message.title || "(no subject)"),
        class: "cell-main",
      },
      { heading: "Type", cell: typeBadge },
      { heading: "Id", cell: (message) => el("span", { class: "mono" }, message.id) },
      { heading: "From", cell: (message) => addressText(message.from) },
      { heading: "Sent", cell: (message) => number(message.sent), class: "number" },
      { heading: "Held back", cell: (message) => number(message.suppressed), class: "number" },
      { heading: "Time", cell: (message) => dateTime(message.time), class: "cell-time" },
    ],
    read: async ({ offset, count }) => {
      const { total, messages: rows } = await get("/messages", { offset, count });
      return { total, rows };
    },
    empty: ["No mail yet", "A program writes it (messages.create) and sends it (messages.send)."],
  });
  outlet.append(partHead("Mail"), all.node);
  return all;
}
