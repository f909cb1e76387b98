// Data: what the account holds, part by part.
import { customData, customObject } from "./custom_data.js";
import { customEvents } from "./custom_events.js";
import { el, fill } from "./dom.js";
import { jobs } from "./jobs.js";
import { listRecords } from "./list_records.js";
import { lists } from "./lists.js";
import { message } from "./message_detail.js";
import { messages } from "./messages.js";
import { rejectedFile, rejectedFiles } from "./rejected_files.js";
import { href } from "./router.js";
import { listen } from "./stream.js";
import { suppressions } from "./suppressions.js";
import { tabs } from "./tabs.js";
import { transactional } from "./transactional.js";

// A part opens itself in a node and gives { move(place), close() }; `one` is for a path with a name in it.
const PARTS = {
  lists: { label: "Lists", count: "lists", open: lists, one: listRecords },
  "opt-outs": { label: "Opt-outs", count: "opt_outs", open: suppressions("opt-outs") },
  "hard-bounces": { label: "Hard bounces", count: "hard_bounces", open: suppressions("hard-bounces") },
  "spam-complaints": { label: "Spam complaints", count: "spam_complaints", open: suppressions("spam-complaints") },
  jobs: { label: "Jobs", count: "jobs", open: jobs, one: jobs },
  "rejected-files": { label: "Rejected rows", open: rejectedFiles, one: rejectedFile },
  mail: { label: "Mail", count: "messages", open: messages, one: message },
  transactional: { label: "Transactional mail", count: "transactional", open: transactional, one: transactional },
  events: { label: "Custom events", count: "events", open: customEvents },
  "custom-data": { label: "Custom data", count: "custom_objects", open: customData, one: customObject },
};

const FIRST = "lists";

export const data = { title: "Data", open };

function open(outlet, first) {
  const bar = tabs(
    "Parts of the data",
    Object.entries(PARTS).map(([id, { label }]) => ({ id, label, href: href("data", [id]) })),
  );
  const node = el("div", { class: "view-body data-part" });
  let shown = null;
  let counts = {};
  let opened = null;

  const reveal = () => bar.node.querySelector("[aria-current='page']")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  const stop = listen("overview", (overview) => {
    const isFirst = Object.keys(counts).length === 0;
    counts = Object.fromEntries(Object.entries(PARTS).map(([id, { count }]) => [id, count && overview.data?.[count]]));
    bar.show(shown?.path[0] ?? null, counts);
    if (isFirst) reveal();
  });

  function move(place) {
    const [id, name] = place.path;
    if (!Object.hasOwn(PARTS, id ?? "")) {
      history.replaceState(null, "", href("data", [FIRST]));
      move({ view: "data", path: [FIRST], query: {} });
      return;
    }
    const { open: openAll, one: openOne } = PARTS[id];
    const opener = name === undefined || openOne === undefined ? openAll : openOne;
    const isSame = shown !== null && shown.opener === opener && (shown.path.join("/") === place.path.join("/") || opener.keeps);
    if (isSame) opened.move(place);
    else {
      opened?.close();
      fill(node);
      opened = opener(node, place);
    }
    shown = { path: place.path, opener };
    bar.show(id, counts);
    reveal();
  }

  function toSearch(event) {
    const isTyping = event.target.matches("input, select, textarea") || document.querySelector("dialog[open]") !== null;
    const search = node.querySelector("[aria-keyshortcuts='/']");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping || search === null) return;
    event.preventDefault();
    search.focus();
  }

  function close() {
    document.removeEventListener("keydown", toSearch);
    stop();
    opened?.close();
  }

  document.addEventListener("keydown", toSearch);
  outlet.append(bar.node, node);
  move(first);
  return { move, close };
}
