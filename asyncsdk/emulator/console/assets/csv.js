// CSV that somebody writes into a field, as rows of cells without spaces around them.
//
//   csvRows('ada@example.com, "Lovelace, Ada"\n')      // [["ada@example.com", "Lovelace, Ada"]]
//
// Commas separate cells, or tabs where the first line has tabs and no commas, as what is copied from a spreadsheet has.
// Double quotes hold cells with commas, line breaks, or quotes written twice (RFC 4180). Empty lines are no rows.

// Each match is one cell: what is between its quotes, or all of it, and what ends it.
const BY_COMMAS = /[ \t]*(?:"((?:[^"]|"")*)"[^,\n]*|([^,\n]*))([,\n])/g;
const BY_TABS = / *(?:"((?:[^"]|"")*)"[^\t\n]*|([^\t\n]*))([\t\n])/g;

export function csvRows(text) {
  const lines = `${text.replaceAll("\r\n", "\n")}\n`;
  const first = lines.slice(0, lines.indexOf("\n"));
  const pattern = first.includes("\t") && !first.includes(",") ? BY_TABS : BY_COMMAS;
  const rows = [[]];
  for (const [, quoted, plain, end] of lines.matchAll(pattern)) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end === "\n") rows.push([]);
  }
  return rows.filter((cells) => cells.length > 1 || cells.join("") !== "");
}
