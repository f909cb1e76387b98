// Notice: one line that tells what was just done, or what went wrong; screen readers say it. It goes away by itself.
//
//   notice("Deleted 12 calls.");
//   await attempt(async () => { await post("/reset"); notice("All is forgotten."); });   // says the error if it fails
import { el } from "./dom.js";
import { iconButton } from "./controls.js";
import { glyph } from "./glyphs.js";
import { isAbort } from "./api.js";

const SHOWN_MS = 5000;
const PROBLEM_MS = 12000;

export function notice(text, tone = "good") {
  const line = el("div", { class: ["notice", `notice-${tone}`] }, glyph(tone), el("span", {}, text));
  line.append(iconButton("close", "Close this message", { onclick: () => line.remove() }));
  const place = document.getElementById("notices");
  while (place.childElementCount > 2) place.firstElementChild.remove();
  place.append(line);
  setTimeout(() => line.remove(), tone === "bad" ? PROBLEM_MS : SHOWN_MS);
}

/** Do something; an error becomes a notice. Gives whether it was done. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    if (!isAbort(error)) notice(error.message, "bad");
    return false;
  }
}
