// Custom events: what contacts did elsewhere, as programs told it.
import { get } from "./api.js";
import { dateTime } from "./format.js";
import { listing } from "./listing.js";
import { partHead } from "./part_head.js";

export function customEvents(outlet, place) {
  const all = listing({
    label: "Custom events",
    place,
    parts: ["events"],
    search: "Events of an address",
    word: ["event"],
    columns: [
      { heading: "Address", cell: (event) => event.email, class: "cell-main" },
      { heading: "Set", cell: (event) => event.set },
      { heading: "Action", cell: (event) => event.action },
      { heading: "Title", cell: (event) => event.title },
      { heading: "Note", cell: (event) => event.note },
      { heading: "Time", cell: (event) => dateTime(event.time), class: "cell-time" },
    ],
    read: async ({ search, offset, count }) => {
      const { total, events } = await get("/events", { email: search, offset, count });
      return { total, rows: events };
    },
    empty: ["No custom events yet", "A program adds them by events.record and events.upload."],
  });
  outlet.append(partHead("Custom events"), all.node);
  return all;
}
