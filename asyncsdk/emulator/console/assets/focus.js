// Focus: stays where it was when a part of the page is made anew, or when a dialog closes.
//
//   keepFocus(() => fill(body, rows.node));                 // what had the focus has it again, or its successor
//   const saved = await keepFocusAfter(() => formDialog({ ... }));
//   const giveBack = bookmark(); ... giveBack();
//
// An element that was made anew is known by its label, as people know it.

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";

/** Run what makes parts of the page anew. */
export function keepFocus(change) {
  const giveBack = bookmark();
  change();
  if (document.activeElement === document.body) giveBack();
}

/** Wait for a dialog, and give the focus back to what opened it, also if that was made anew under the dialog. */
export async function keepFocusAfter(dialog) {
  const giveBack = bookmark();
  const result = await dialog();
  giveBack();
  return result;
}

/** Remember what has the focus; gives a function that focuses it again. */
export function bookmark() {
  const held = document.activeElement;
  const label = labelOf(held);
  return () => {
    if (held === document.body || held === null) return;
    if (held.isConnected) {
      held.focus();
      return;
    }
    const main = document.getElementById("main");
    const again = [...main.querySelectorAll(FOCUSABLE)].find((each) => labelOf(each) === label && !each.disabled);
    (again ?? main).focus({ preventScroll: again === undefined });
  };
}

function labelOf(node) {
  return node && `${node.tagName} ${node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent}`;
}
