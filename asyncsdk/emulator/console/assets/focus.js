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

/** Remember what has the focus; gives a function that focuses it again, or what stands nearest to where it was. */
export function bookmark() {
  const held = document.activeElement;
  const label = labelOf(held);
  const around = placesAround(held);
  return () => {
    if (held === document.body || held === null) return;
    const main = document.getElementById("main");
    const again = [...main.querySelectorAll(FOCUSABLE)].find((each) => labelOf(each) === label && isUsable(each));
    const found = held.isConnected ? held : (again ?? around.find((each) => each.isConnected && isUsable(each)) ?? main);
    found.focus({ preventScroll: found !== held && found !== again });
  };
}

/** The parts of the page around a node that can have the focus themselves, from the inside out. */
function placesAround(node) {
  const places = [];
  for (let each = node?.parentElement; each; each = each.parentElement) if (each.hasAttribute("tabindex")) places.push(each);
  return places;
}

const isUsable = (node) => !node.disabled && node.getClientRects().length > 0;

function labelOf(node) {
  return node && `${node.tagName} ${node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent}`;
}
