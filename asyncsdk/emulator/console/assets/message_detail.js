// Message: what it says, as its recipients see it, and to whom it went.
import { address, get, part } from "./api.js";
import { badge } from "./badge.js";
import { button, field, select, toolbar } from "./controls.js";
import { el, fill, say } from "./dom.js";
import { problemState } from "./empty.js";
import { keepFocus } from "./focus.js";
import { dateTime, number } from "./format.js";
import { listing } from "./listing.js";
import { live } from "./live.js";
import { mailFrame } from "./mail_frame.js";
import { addressText, typeBadge } from "./messages.js";
import { partHead } from "./part_head.js";
import { go, href } from "./router.js";

export function message(outlet, first) {
  const id = first.path[1];
  let place = first;
  let version = null;
  const head = el("div", {});
  const preview = previewOf(id, (query) => go(href("data", place.path, { ...place.query, ...query }), { replace: true }));
  const deliveries = deliveriesOf(id, first, (query) => go(href("data", place.path, { ...place.query, ...query })));
  outlet.append(head, el("div", { class: "message" }, preview.node, deliveries.node));

  const reader = live(["messages"], async () => {
    try {
      const read = await get(`/messages/${part(id)}`);
      if (!reader.isOpen()) return;
      version = read.time;
      keepFocus(() => fill(head, headOf(read)));
      preview.offerText(Boolean(read.text));
      preview.show(place.query, version);
    } catch (error) {
      if (reader.isOpen()) keepFocus(() => fill(head, problemState(error, reader.again)));
    }
  });

  return {
    move: (next) => {
      place = next;
      preview.show(place.query, version);
      deliveries.move(next);
    },
    close: () => {
      reader.close();
      deliveries.close();
    },
  };
}

function headOf(read) {
  const fact = (name, value) => value && el("div", {}, el("dt", {}, name), el("dd", {}, value));
  return [
    partHead(read.subject || read.title || "(no subject)", {
      back: ["Mail", href("data", ["mail"])],
      about: [typeBadge(read), " ", el("span", { class: "mono" }, read.id)],
    }),
    el(
      "dl",
      { class: "facts data-facts" },
      fact("Title", read.title),
      fact("From", addressText(read.from)),
      fact("Time", dateTime(read.time)),
      fact("Category", read.category),
      fact("Sent", number(read.sent)),
      fact("Held back", number(read.suppressed)),
      fact("Opened", number(read.opened)),
      fact("Clicked", number(read.clicked)),
      fact("Bounced", number(read.bounced)),
    ),
    (read.launches ?? []).map((launch) =>
      el("p", { class: "muted data-line" }, `${launch.again ? "Again: " : ""}${launch.state}, ${dateTime(launch.time)}, to ${launchText(launch)}`),
    ),
  ];
}

function launchText({ lists = [], records = 0, without = [] }) {
  const to = [lists.join(", "), records > 0 && `${number(records)} single records`].filter(Boolean).join(" and ");
  return without.length > 0 ? `${to}, without ${without.join(", ")}` : to || "nobody";
}

function previewOf(id, choose) {
  const frame = mailFrame(id);
  const whose = el("span", { class: "muted" });
  const all = button("As written", { kind: "quiet", onclick: () => choose({ record: "" }) });
  const kind = select(
    [{ value: "", label: "HTML" }, { value: "text", label: "Text" }],
    { onchange: () => choose({ part: kind.value }) },
  );
  const which = field("Preview", kind, { inline: true });
  const node = el("section", { class: "message-preview", "aria-label": "Preview" }, toolbar("Which preview", which, whose, all), frame.node);

  function show({ record = "", part: wanted = "" }, version) {
    kind.value = wanted;
    say(whose, record && `as ${record} gets it`);
    all.hidden = record === "";
    frame.show(address(`/messages/${part(id)}/preview`, { record_id: record, part: wanted }), version);
  }

  /** Whether the choice of HTML or text is there: only where the message has both. */
  function offerText(isThere) {
    kind.disabled = !isThere;
  }

  return { node, show, offerText };
}

function deliveriesOf(id, place, choose) {
  const all = listing({
    label: "Deliveries",
    place,
    parts: ["messages"],
    word: ["delivery", "deliveries"],
    columns: [
      { heading: "Address", cell: (delivery) => delivery.email, class: "cell-main" },
      { heading: "State", cell: deliveryState },
      { heading: "Reason or reactions", cell: ({ reason, reactions = [] }) => reason ?? reactions.map((each) => each.kind.replace("_", " ")).join(", ") },
      { heading: "Record", cell: (delivery) => el("a", { class: "mono", href: href("data", ["lists", delivery.list_id], { search: delivery.email }) }, delivery.record_id) },
      { heading: "Time", cell: (delivery) => dateTime(delivery.time), class: "cell-time" },
      {
        heading: "",
        label: "Actions",
        class: "cell-actions",
        cell: (delivery) => button("Preview", { kind: "quiet", "aria-label": `Preview as ${delivery.record_id}`, onclick: () => choose({ record: delivery.record_id }) }),
      },
    ],
    read: async ({ offset, count }) => {
      const { total, deliveries } = await get(`/messages/${part(id)}/deliveries`, { offset, count });
      return { total, rows: deliveries };
    },
    empty: ["No deliveries", "It went to nobody yet."],
  });
  return { ...all, node: el("div", { class: "message-deliveries" }, el("h3", { class: "unseen" }, "Deliveries"), all.node) };
}

const deliveryState = ({ state, again }) => (state === "sent" ? badge(again ? "sent again" : "sent", "good") : badge("held back", "warn"));
