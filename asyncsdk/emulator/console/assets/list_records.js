// Records of a list: search, pages, edit, delete, add.
import { get, part, patch, remove } from "./api.js";
import { button } from "./controls.js";
import { confirmed } from "./dialog.js";
import { el } from "./dom.js";
import { problemState } from "./empty.js";
import { keepFocusAfter } from "./focus.js";
import { listing } from "./listing.js";
import { liveView } from "./live_view.js";
import { attempt, notice } from "./notice.js";
import { partHead } from "./part_head.js";
import { addRecord, editRecord, pasteRecords } from "./record_forms.js";
import { go, href } from "./router.js";

const STACKED_COLUMNS = 8; // more do not read well as blocks: the table scrolls instead

export function listRecords(outlet, place) {
  const id = place.path[1];
  return liveView(outlet, place, {
    parts: ["lists"],
    read: () => get(`/lists/${part(id)}`),
    look: ({ name, folder, columns }) => [name, folder, columns],
    build: (list, now) => {
      const records = recordsOf(list, now);
      return { nodes: [head(list, records), records.node], move: records.move, close: records.close };
    },
    failed: (error, again) => [head({ id, name: id }), problemState(error, again)],
  });
}

function head(list, records = null) {
  const back = ["Lists", href("data", ["lists"])];
  if (records === null) return partHead(list.name, { back });
  return partHead(list.name, {
    back,
    about: [el("span", { class: "mono" }, list.id), list.folder && ` in ${list.folder}`],
    actions: [
      button("Add a record", { kind: "primary", onclick: () => addRecord(list).then((saved) => saved && records.again()) }),
      button("Paste records", { onclick: () => pasteRecords(list).then((saved) => saved && records.again()) }),
      button("Delete the list", { kind: "danger", onclick: () => deleteList(list) }),
    ],
  });
}

function recordsOf(list, place) {
  const path = `/lists/${part(list.id)}/rows`;
  const headings = list.columns.map((column) => column.heading);
  const records = listing({
    label: `Records of ${list.name}`,
    place,
    parts: ["lists"],
    search: "Search records",
    word: ["record"],
    stacked: headings.length <= STACKED_COLUMNS,
    columns: [
      { heading: "Id", cell: (record) => el("span", { class: "mono muted" }, record.id) },
      ...headings.map((heading, at) => ({ heading, cell: (record) => record.cells[at], class: at === 0 ? "cell-main" : null })),
      { heading: "", label: "Actions", class: "cell-actions", cell: (record) => recordActions(record) },
    ],
    read: ({ search, offset, count: size }) => get(path, { search, offset, count: size }),
    empty: ["No records yet", "Add one here, or let a program do it (contacts.upsert, lists.merge)."],
  });

  const recordActions = (record) =>
    el(
      "span",
      { class: "actions" },
      button("Edit", { kind: "quiet", "aria-label": `Edit ${record.id}`, onclick: () => edit(record) }),
      button("Delete", { kind: "quiet", "aria-label": `Delete ${record.id}`, onclick: () => drop(record) }),
    );

  async function edit(record) {
    const saved = await editRecord(record, headings, (cells) => patch(`${path}/${part(record.id)}`, { cells }));
    if (!saved) return;
    notice(`Saved ${record.id}.`);
    await records.again();
  }

  async function drop(record) {
    const text = `${record.cells[0] || record.id} is removed from ${list.name}. There is no way back but a reset.`;
    if (!(await keepFocusAfter(() => confirmed({ title: "Delete the record?", text, action: "Delete the record" })))) return;
    if (await attempt(() => remove(`${path}/${part(record.id)}`))) notice(`Deleted ${record.id}.`);
    await records.again();
  }

  return records;
}

async function deleteList(list) {
  const text = `${list.name} (${list.id}) and all its records are removed.`;
  if (!(await keepFocusAfter(() => confirmed({ title: "Delete the list?", text, action: "Delete the list" })))) return;
  if (!(await attempt(() => remove(`/lists/${part(list.id)}`)))) return;
  notice(`Deleted the list ${list.name}.`);
  go(href("data", ["lists"]));
}
