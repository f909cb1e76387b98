// Console: starts the page: the header, the views and the stream.
import { buildHeader } from "./header.js";
import { control } from "./control.js";
import { data } from "./data.js";
import { say } from "./dom.js";
import { route } from "./router.js";
import { connect } from "./stream.js";
import { traffic } from "./traffic.js";

const views = { traffic, data, control };
const header = buildHeader(document.getElementById("header"), views);

route(document.getElementById("view"), views, (place) => {
  header.show(place.view);
  say(document.getElementById("title"), views[place.view].title);
  document.title = `${views[place.view].title} - asyncsdk emulator`;
});
connect();
