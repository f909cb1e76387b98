// Badge: a state in one or two words. badge("done", "good"); tones: good, warn, bad, info, neutral, wait.
import { el } from "./dom.js";
import { glyph } from "./glyphs.js";

export const badge = (text, tone = "neutral", { title } = {}) => el("span", { class: ["badge", `badge-${tone}`], title }, glyph(tone), text);
