// Router: the view, the path in it and its query are in the hash, as in `#/data/lists/l-0001?search=rome`.
//
// A place is { view: "data", path: ["lists", "l-0001"], query: { search: "rome" } }.
// A view is { title, open(outlet, place) }; `open` builds it in the outlet and gives { move(place), close() }:
// `move` follows a change of the hash within the view; `close` lets go of listeners, timers and streams.

function placeOf(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...rest] = path.split("/").filter(Boolean).map(decoded);
  return { view, path: rest, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The hash of a place: `href("data", ["lists", id], { search })`. Empty values of the query are left out. */
export function href(view, path = [], query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const text = new URLSearchParams(given).toString();
  return `#/${[view, ...path].map((each) => encodeURIComponent(each)).join("/")}${text ? `?${text}` : ""}`;
}

/** Go to a hash; `replace` leaves no entry in the history, as for each letter of a search. */
export function go(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  if (!replace) {
    location.hash = hash;
    return;
  }
  history.replaceState(null, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Show the view that the hash names, and follow the hash from now on. `shown(place)` is called after each move. */
export function route(outlet, views, shown) {
  let name = null;
  let open = null;

  function follow() {
    const place = placeOf(location.hash);
    if (place.view === "main") return;
    if (!Object.hasOwn(views, place.view)) {
      go(href(Object.keys(views)[0]), { replace: true });
      return;
    }
    if (place.view === name) {
      open.move(place);
    } else {
      open?.close();
      outlet.replaceChildren();
      outlet.scrollTo(0, 0);
      name = place.view;
      open = views[name].open(outlet, place);
    }
    shown(place);
  }

  addEventListener("hashchange", follow);
  follow();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
