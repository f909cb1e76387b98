// Glyphs: the shapes that say the same as a colour does.
import { svg } from "./dom.js";

const PATHS = {
  good: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
  warn: "M8 1.5 15 14H1z",
  bad: "M4 2 2 4l4 4-4 4 2 2 4-4 4 4 2-2-4-4 4-4-2-2-4 4z",
  info: "M8 1.5 14.5 8 8 14.5 1.5 8z",
  neutral: "M2.5 6.5h11v3h-11z",
  wait: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  close: "m4 3-1 1 4 4-4 4 1 1 4-4 4 4 1-1-4-4 4-4-1-1-4 4z",
  up: "M8 4 2.8 9.2l1.4 1.4L8 6.8l3.8 3.8 1.4-1.4z",
  down: "M8 12l5.2-5.2-1.4-1.4L8 9.2 4.2 5.4 2.8 6.8z",
};

/** A shape by its name, in the colour of the text around it. */
export const glyph = (name) =>
  svg("svg", { class: "glyph", viewBox: "0 0 16 16", width: 10, height: 10, "aria-hidden": "true" }, svg("path", { d: PATHS[name], fill: "currentColor" }));
