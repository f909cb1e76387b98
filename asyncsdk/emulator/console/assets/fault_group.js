// Group of faults that happen together: one at first, more on a click.
//
//   const group = faultGroup(kinds);
//   group.values()                 // as POST /faults takes them; null where a field is wrong, which then has the focus
//   group.complain(sentence)       // shows the server's sentence at the argument that it begins with; gives whether it did
import { el, fill } from "./dom.js";
import { faultFields } from "./fault_fields.js";

export function faultGroup(kinds) {
  const node = el("div", { class: "fault-list" });
  let faults = [];

  function add() {
    const made = faultFields(kinds, { remove: () => drop(made) });
    faults = [...faults, made];
    show();
    return made;
  }

  function drop(fault) {
    faults = faults.filter((each) => each !== fault);
    show();
    faults.at(-1).focus();
  }

  function show() {
    faults.forEach((each) => each.removable(faults.length > 1));
    fill(node, faults.map((each) => each.node));
  }

  function values() {
    const given = faults.map((each) => each.value());
    return given.includes(null) ? null : given;
  }

  add();
  return { node, add, values, complain: (sentence) => faults.some((each) => each.complain(sentence)) };
}
