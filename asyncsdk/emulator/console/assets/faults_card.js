// Faults: what is scripted to go wrong, and a form to script more.
import { get, remove } from "./api.js";
import { card } from "./card.js";
import { button } from "./controls.js";
import { el, fill } from "./dom.js";
import { problemState } from "./empty.js";
import { faultText } from "./fault_arguments.js";
import { faultForm } from "./fault_form.js";
import { keepFocus } from "./focus.js";
import { count, number } from "./format.js";
import { live } from "./live.js";
import { notice } from "./notice.js";
import { problemLine } from "./problem_line.js";
import { routes } from "./route_select.js";
import { table } from "./table.js";

const ABOUT = "What goes wrong with the next calls, with the jobs that they start, or with the rows of their files.";

export function faultsCard() {
  const form = el("div", {});
  const script = el("div", {});
  const problem = problemLine();
  let kinds = [];

  const entries = table({
    label: "Scripted faults",
    stacked: true,
    columns: [
      { heading: "On", cell: (entry) => el("span", { class: "mono" }, entry.on) },
      { heading: "What happens", cell: (entry) => entry.faults.map((fault) => el("code", { class: "fault" }, faultText(fault, kinds))) },
      { heading: "Left", cell: (entry) => number(entry.left), class: "number" },
    ],
  });

  async function clear() {
    if (!(await problem.run(() => remove("/faults")))) return;
    notice("No fault is scripted any more.");
    await reader.again();
  }

  const reader = live(["faults"], async () => {
    try {
      const { entries: left } = await get("/faults");
      if (reader.isOpen()) keepFocus(() => show(left));
    } catch (error) {
      if (reader.isOpen()) fill(script, problemState(error, reader.again));
    }
  });

  function show(left) {
    if (left.length === 0) {
      fill(script, el("p", { class: "muted" }, "Nothing is scripted: every call is answered as Act-On would."));
      return;
    }
    entries.show(left);
    const uses = left.reduce((sum, entry) => sum + entry.left, 0);
    const order = el("span", { class: "muted" }, `${count(uses, "use")} left; what was added first is used first`);
    fill(script, entries.node, el("div", { class: "control-line" }, button("Clear the faults", { onclick: clear }), order));
  }

  async function build() {
    try {
      const [about, names] = await Promise.all([get("/faults/kinds"), routes()]);
      kinds = about.kinds;
      fill(form, faultForm(kinds, names, reader.again));
      await reader.again();
    } catch (error) {
      fill(form, problemState(error, build));
    }
  }

  build();
  return {
    node: card("Faults", ABOUT, form, el("h3", {}, "Scripted"), script, problem.node),
    close: reader.close,
  };
}
