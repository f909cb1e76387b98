/** CSV text that somebody writes into a field: rows of cells, and back. */

/**
 * The rows of a CSV text, by RFC 4180: commas, double quotes around cells that need them; empty lines are no rows.
 * A tab separates where the first line has tabs and no commas, as cells copied from a spreadsheet have.
 *
 * @param {string} text
 * @returns {string[][]}
 */
export function csvRows(text) {
  const firstLine = text.split("\n", 1)[0];
  const separator = firstLine.includes("\t") && !firstLine.includes(",") ? "\t" : ",";
  const rows = [];
  let cells = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    cells.push(cell);
    if (cells.length > 1 || cell.trim() !== "") rows.push(cells);
    cells = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') (cell += '"'), (at += 1);
      else quoted = false;
    } else if (letter === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (letter === separator) {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  endRow();
  return rows.map((row) => row.map((each) => each.trim()));
}

/**
 * A line of CSV.
 *
 * @param {string[]} cells
 * @returns {string}
 */
export function csvLine(cells) {
  return cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
}
