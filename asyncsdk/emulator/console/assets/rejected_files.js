// Rejected rows: the files of the rows that jobs did not take.
import { get, part } from "./api.js";
import { copyButton } from "./copy.js";
import { el, fill } from "./dom.js";
import { problemState } from "./empty.js";
import { number } from "./format.js";
import { listing } from "./listing.js";
import { partHead } from "./part_head.js";
import { href } from "./router.js";

export function rejectedFiles(outlet, place) {
  const all = listing({
    label: "Files of rejected rows",
    place,
    parts: ["rejected-files"],
    columns: [
      { heading: "File", cell: (file) => el("a", { class: "mono", href: href("data", ["rejected-files", file.name]) }, file.name), class: "cell-main" },
      { heading: "Lines", cell: (file) => number(file.lines), class: "number" },
    ],
    read: async ({ offset, count }) => {
      const { total, files } = await get("/rejected-files", { offset, count });
      return { total, rows: files };
    },
    empty: ["No rejected rows", "A job that refuses rows leaves a file of them here; script RejectRows in Control to see one."],
  });
  outlet.append(partHead("Rejected rows"), all.node);
  return all;
}

export function rejectedFile(outlet, place) {
  const name = place.path[1];
  const back = ["Rejected rows", href("data", ["rejected-files"])];
  let isClosed = false;

  async function show() {
    try {
      const { text, truncated } = await get(`/rejected-files/${part(name)}`);
      if (isClosed) return;
      fill(
        outlet,
        partHead(name, { back, about: truncated && "Only the beginning is shown.", actions: [copyButton("Copy", () => text)] }),
        el("pre", { class: "code data-file", tabindex: 0, role: "region", "aria-label": `Rows of ${name}` }, text),
      );
    } catch (error) {
      if (!isClosed) fill(outlet, partHead(name, { back }), problemState(error, show));
    }
  }

  show();
  return {
    move() {},
    close: () => {
      isClosed = true;
    },
  };
}
