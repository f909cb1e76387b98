// Problem line: why an action failed, beside the buttons that began it.
//
//   const problem = problemLine();
//   if (await problem.run(() => post("/example"))) notice("Loaded.");
//   problem.say("seconds is needed.");
import { isAbort } from "./api.js";
import { el, say } from "./dom.js";

export function problemLine() {
  const node = el("p", { class: "problem-text", role: "alert" });

  async function run(action) {
    say(node, "");
    try {
      await action();
      return true;
    } catch (error) {
      if (!isAbort(error)) say(node, error.message);
      return false;
    }
  }

  return { node, run, say: (sentence) => say(node, sentence) };
}
