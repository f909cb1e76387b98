// Forms of records: edit one, add one, add several.
import { part, post } from "./api.js";
import { field, input, textarea } from "./controls.js";
import { csvRows } from "./csv.js";
import { formDialog } from "./dialog.js";
import { el } from "./dom.js";
import { keepFocusAfter } from "./focus.js";
import { count } from "./format.js";
import { notice } from "./notice.js";

/** Edit a record; only cells that were changed are sent. Gives whether it was saved. */
export function editRecord(record, headings, save) {
  const control = (cell) => (/[\r\n]/.test(cell) ? textarea({ value: cell }) : input({ value: cell }));
  const controls = headings.map((_, at) => control(record.cells[at]));
  // Fields make one kind of line break of all: compared with the cells, one that nobody touched would be changed.
  const before = controls.map((control) => control.value);
  const changed = () =>
    Object.fromEntries(headings.map((heading, at) => [heading, controls[at].value]).filter((_, at) => controls[at].value !== before[at]));
  return keepFocusAfter(() =>
    formDialog({
      title: `Edit ${record.id}`,
      content: headings.map((heading, at) => field(heading, controls[at])),
      action: "Save",
      onsubmit: async () => {
        const cells = changed();
        if (Object.keys(cells).length > 0) await save(cells);
      },
    }),
  );
}

/** Add one record, a field for each column. Gives whether it was added. */
export async function addRecord(list) {
  const controls = list.columns.map(() => input());
  const saved = await keepFocusAfter(() =>
    formDialog({
      title: `Add a record to ${list.name}`,
      content: list.columns.map(({ heading }, at) => field(heading, controls[at])),
      action: "Add the record",
      onsubmit: () => post(rowsOf(list), { rows: [controls.map((control) => control.value)] }),
    }),
  );
  if (saved) notice("Added 1 record.");
  return saved;
}

/** Add the records in a text, one a line. Gives whether they were added. */
export async function pasteRecords(list) {
  const lines = textarea({ rows: 8, placeholder: "ada@example.com, Ada, Lovelace" });
  const headings = list.columns.map(({ heading }) => heading).join(", ");
  let added = 0;
  const saved = await keepFocusAfter(() =>
    formDialog({
      title: `Paste records into ${list.name}`,
      content: [el("p", { class: "muted" }, `The columns: ${headings}.`), field("Records", lines, { hint: "one a line, as CSV or copied from a spreadsheet" })],
      action: "Add the records",
      onsubmit: async () => {
        const rows = csvRows(lines.value);
        if (rows.length === 0) throw new Error("Write at least one line.");
        ({ added } = await post(rowsOf(list), { rows }));
      },
    }),
  );
  if (saved) notice(`Added ${count(added, "record")}.`);
  return saved;
}

const rowsOf = (list) => `/lists/${part(list.id)}/rows`;
