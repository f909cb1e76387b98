// Copy button: puts a text on the clipboard. copyButton("Copy", () => text, { label: "Copy the variables" })
// The function may also give a promise of the text.
import { ApiError } from "./api.js";
import { button } from "./controls.js";
import { notice } from "./notice.js";

export const copyButton = (text, content, { label = text, ...attributes } = {}) =>
  button(text, {
    "aria-label": label,
    ...attributes,
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(await content());
        notice("Copied.");
      } catch (error) {
        notice(error instanceof ApiError ? error.message : "The browser does not let this page copy. Select the text and copy it by hand.", "bad");
      }
    },
  });
