// Custom data: objects with fields of their own, and their rows.
import { get, part } from "./api.js";
import { field, select } from "./controls.js";
import { el } from "./dom.js";
import { problemState } from "./empty.js";
import { dateTime, number } from "./format.js";
import { listing } from "./listing.js";
import { liveView } from "./live_view.js";
import { partHead } from "./part_head.js";
import { go, href } from "./router.js";

const STACKED_COLUMNS = 8;

export function customData(outlet, place) {
  const all = listing({
    label: "Custom objects",
    place,
    parts: ["custom-data"],
    columns: [
      { heading: "Object", cell: (object) => el("a", { href: href("data", ["custom-data", object.id]) }, object.name), class: "cell-main" },
      { heading: "Id", cell: (object) => el("span", { class: "mono" }, object.id) },
      { heading: "Fields", cell: (object) => object.fields.map((each) => each.name).join(", ") },
      { heading: "Unique", cell: (object) => object.unique.join(", ") },
      { heading: "Datasets", cell: (object) => number(object.datasets.length), class: "number" },
      { heading: "Rows", cell: (object) => number(sizeOf(object)), class: "number" },
    ],
    read: async ({ offset, count }) => {
      const { total, objects } = await get("/custom-data", { offset, count });
      return { total, rows: objects };
    },
    empty: ["No custom objects yet", "A program defines one by custom_data.create_schema."],
  });
  outlet.append(partHead("Custom data"), all.node);
  return all;
}

const sizeOf = (object) => object.datasets.reduce((sum, dataset) => sum + dataset.size, 0);

/** The rows of one object. */
export function customObject(outlet, place) {
  const id = place.path[1];
  const back = ["Custom data", href("data", ["custom-data"])];
  return liveView(outlet, place, {
    parts: ["custom-data"],
    read: () => namedObject(id),
    look: ({ name, fields, datasets }) => [name, fields, datasets.map((each) => [each.id, each.name, each.is_default])],
    build: (object, now) => objectView(object, now, back),
    failed: (error, again) => [partHead(id, { back }), problemState(error, again)],
  });
}

async function namedObject(id) {
  const { objects } = await get("/custom-data", { count: 1000 });
  const object = objects.find((each) => each.id === id || each.name === id);
  if (object === undefined) throw new Error(`There is no object ${id} here.`);
  return object;
}

function objectView(object, place, back) {
  let newest = place;
  const rows = rowsOf(object, place);
  const choice = object.datasets.length > 1 ? datasetChoice(object, () => newest) : null;
  const actions = choice === null ? [] : [field("Dataset", choice.node, { inline: true })];
  return {
    nodes: [partHead(object.name, { back, about: el("span", { class: "mono" }, object.id), actions }), rows.node],
    move: (next) => {
      newest = next;
      choice?.show(next);
      rows.move(next);
    },
    close: rows.close,
  };
}

function datasetChoice(object, placeNow) {
  const node = select(object.datasets.map(({ id, name }) => ({ value: id, label: name })));
  node.addEventListener("change", () => go(href("data", placeNow().path, { ...placeNow().query, dataset: node.value, offset: "" })));
  const usual = object.datasets.find((each) => each.is_default) ?? object.datasets[0];

  function show(place) {
    node.value = place.query.dataset ?? usual.id;
  }

  show(placeNow());
  return { node, show };
}

function rowsOf(object, place) {
  const names = object.fields.map((each) => each.name);
  let dataset = place.query.dataset;
  const rows = listing({
    label: `Rows of ${object.name}`,
    place,
    parts: ["custom-data"],
    search: "Search rows",
    word: ["row"],
    stacked: names.length <= STACKED_COLUMNS,
    columns: [
      { heading: "Id", cell: (row) => el("span", { class: "mono muted" }, row.id) },
      ...names.map((name) => ({ heading: name, cell: (row) => cellText(row.cells[name]) })),
      { heading: "Changed", cell: (row) => dateTime(row.modified_time), class: "cell-time" },
    ],
    read: ({ search, offset, count }) => get(`/custom-data/${part(object.id)}/rows`, { dataset, search, offset, count }),
    empty: ["No rows yet", "A program adds them by custom_data.ingest_rows."],
  });
  return {
    ...rows,
    move: (next) => {
      dataset = next.query.dataset;
      rows.move(next);
    },
  };
}

function cellText(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
