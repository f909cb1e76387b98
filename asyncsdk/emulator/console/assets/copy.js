// Copy button: puts a text on the clipboard. copyButton("Copy", () => text, { label: "Copy the variables" })
import { button } from "./controls.js";
import { notice } from "./notice.js";

export const copyButton = (text, content, { label = text, ...attributes } = {}) =>
  button(text, {
    "aria-label": label,
    ...attributes,
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(content());
        notice("Copied.");
      } catch {
        notice("The browser does not let this page copy. Select the text and copy it by hand.", "bad");
      }
    },
  });
