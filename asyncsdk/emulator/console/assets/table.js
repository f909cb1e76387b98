// Table: rows under headings; on a narrow page each row becomes a small block (`stacked`), or the table scrolls in its frame.
//
//   const lists = table({
//     label: "Lists",
//     columns: [
//       { heading: "Name", cell: (list) => el("a", { href: href("data", ["lists", list.id]) }, list.name) },
//       { heading: "Records", cell: (list) => number(list.size), class: "number" },
//       { heading: "", label: "Actions", cell: (list) => button("Delete", { ... }) },
//     ],
//     chosen: (list) => list.id === shown,     // optional: which row is marked as the open one
//     stacked: true,                           // optional
//   });
//   outlet.append(lists.node);
//   lists.show(rows);                          // as often as you like: rows that did not change stay as they are
//   moveByArrows(lists.node);                  // optional: arrows, Home and End move between the links of the rows
import { el, fill } from "./dom.js";

export function table({ label, columns, chosen = () => false, stacked = false }) {
  const head = el("tr", { role: "row" });
  const body = el("tbody", { role: "rowgroup" });
  const grid = el("table", { class: ["table", stacked && "table-stacked"], role: "table", "aria-label": label }, el("thead", { role: "rowgroup" }, head), body);
  const node = el("div", { class: "table-frame", role: "region", "aria-label": label, tabindex: stacked ? null : 0 }, grid);

  function heading(column) {
    const text = column.heading || el("span", { class: "unseen" }, column.label ?? "Actions");
    return el("th", { role: "columnheader", scope: "col", class: column.class }, text);
  }

  function line(row) {
    const cells = columns.map((column) => el("td", { role: "cell", class: column.class, "data-heading": column.heading || null }, column.cell(row)));
    return el("tr", { role: "row", class: chosen(row) && "chosen", "aria-current": chosen(row) ? "true" : null }, cells);
  }

  fill(head, columns.map(heading));
  return { node, show: (rows) => replaceRows(body, rows.map(line)) };
}

/** Put these rows in the place of others; of two that are the same, the one that is there stays, and is not moved. */
function replaceRows(body, rows) {
  const there = new Map([...body.children].map((row) => [row.outerHTML, row]));
  const wanted = rows.map((row) => {
    const same = there.get(row.outerHTML);
    there.delete(row.outerHTML);
    return same ?? row;
  });
  const kept = new Set(wanted);
  for (const row of [...body.children]) if (!kept.has(row)) row.remove();
  let place = body.firstElementChild;
  for (const row of wanted) {
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
}

/** Let arrows, Home and End move between the first links of a table's rows. */
export function moveByArrows(node) {
  node.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const row = event.target.closest("tbody tr");
    if (step === undefined || row === null || event.target.matches("input, select, textarea")) return;
    const links = [...node.querySelectorAll("tbody tr")].map((each) => each.querySelector("a, button")).filter(Boolean);
    const at = links.findIndex((link) => row.contains(link));
    event.preventDefault();
    links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
  });
}
