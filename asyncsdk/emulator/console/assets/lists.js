// Lists: all lists of the account; a new one.
import { get, post } from "./api.js";
import { button, field, input, textarea } from "./controls.js";
import { csvRows } from "./csv.js";
import { formDialog } from "./dialog.js";
import { el } from "./dom.js";
import { keepFocusAfter } from "./focus.js";
import { dateTime, number } from "./format.js";
import { listing } from "./listing.js";
import { notice } from "./notice.js";
import { partHead } from "./part_head.js";
import { go, href } from "./router.js";

const COLUMNS = [
  { heading: "Name", cell: (list) => el("a", { href: href("data", ["lists", list.id]) }, list.name), class: "cell-main" },
  { heading: "Id", cell: (list) => el("span", { class: "mono" }, list.id) },
  { heading: "Records", cell: (list) => number(list.size), class: "number" },
  { heading: "Folder", cell: (list) => list.folder },
  { heading: "Columns", cell: (list) => number(list.columns.length), class: "number" },
  { heading: "Changed", cell: (list) => dateTime(list.modified_time) },
];

export function lists(outlet, place) {
  const add = button("Add a list", { kind: "primary", onclick: () => addList() });
  const all = listing({
    label: "Lists",
    place,
    parts: ["lists"],
    columns: COLUMNS,
    read: async ({ offset, count }) => {
      const { total, lists: rows } = await get("/lists", { offset, count });
      return { total, rows };
    },
    empty: ["No lists yet", "Add one here, load the example company in Control, or let a program create one (lists.create)."],
  });
  outlet.append(partHead("Lists", { actions: [add] }), all.node);
  return all;
}

async function addList() {
  const name = input({ placeholder: "Newsletter" });
  const columns = input({ value: "Email, First Name, Last Name" });
  const rows = textarea({ placeholder: "ada@example.com, Ada, Lovelace", rows: 5 });
  const listId = input({ placeholder: "l-0001" });
  const folder = input();
  let made = null;
  const saved = await keepFocusAfter(() =>
    formDialog({
      title: "Add a list",
      content: [
        field("Name", name),
        field("Columns", columns, { hint: "with commas between them" }),
        field("Records", rows, { hint: "one a line, with commas between the cells; may be empty" }),
        el("div", { class: "field-pair" }, field("Id", listId, { hint: "empty: the next free one" }), field("Folder", folder)),
      ],
      action: "Add the list",
      onsubmit: async () => {
        made = await post("/lists", {
          name: name.value.trim(),
          columns: csvRows(columns.value)[0] ?? [],
          rows: csvRows(rows.value),
          ...(listId.value.trim() && { list_id: listId.value.trim() }),
          ...(folder.value.trim() && { folder: folder.value.trim() }),
        });
      },
    }),
  );
  if (!saved) return;
  notice(`Added the list ${made.name}.`);
  go(href("data", ["lists", made.id]));
}
