// Live view: one thing of the account, built anew when it has become another, as a list with other columns has.
//
//   const view = liveView(outlet, place, {
//     parts: ["lists"],
//     read: () => get("/lists/l-0001"),
//     look: (list) => [list.name, list.columns],        // built anew when this is another
//     build: (list, place) => ({ nodes: [...], move, close }),
//     failed: (error, again) => [...],                  // the nodes where it cannot be read
//   });
//   view.move(place); view.close();
import { fill } from "./dom.js";
import { keepFocus } from "./focus.js";
import { live } from "./live.js";

export function liveView(outlet, first, { parts, read, look, build, failed }) {
  let place = first;
  let built = null;
  let shown = null;

  function show(nodes) {
    keepFocus(() => fill(outlet, ...nodes));
  }

  function leave() {
    built?.close();
    built = shown = null;
  }

  const reader = live(parts, async () => {
    try {
      const thing = await read();
      const looks = JSON.stringify(look(thing));
      if (!reader.isOpen() || looks === shown) return;
      leave();
      built = build(thing, place);
      shown = looks;
      show(built.nodes);
    } catch (error) {
      if (!reader.isOpen()) return;
      leave();
      show(failed(error, reader.again));
    }
  });

  return {
    move: (next) => {
      place = next;
      built?.move(next);
    },
    close: () => {
      reader.close();
      leave();
    },
  };
}
