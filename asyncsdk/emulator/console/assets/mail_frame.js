// Mail frame: a mail as its recipient sees it, in a frame that runs nothing and loads nothing.
//
//   const frame = mailFrame("Spring is here");
//   frame.show(address("/messages/s-0001/preview"), version);    // loads again only if one of the two is new
import { el, fill, say } from "./dom.js";

export function mailFrame(title) {
  const node = el("div", { class: "mail" });
  const problem = el("p", { class: "problem-text mail-problem", role: "alert" });
  let shown = null;

  async function show(source, version = "") {
    const wanted = JSON.stringify([source, version]);
    if (wanted === shown) return;
    shown = wanted;
    const sentence = await problemOf(source);
    if (wanted !== shown) return;
    say(problem, sentence ?? "");
    fill(node, problem, sentence === null && frameOf(title, source));
  }

  return { node, show };
}

const frameOf = (title, source) => el("iframe", { class: "mail-frame", sandbox: "", referrerpolicy: "no-referrer", title: `Preview: ${title}`, src: source });

/** Why there is no preview; null where there is one. A frame that is sandboxed cannot tell. */
async function problemOf(source) {
  try {
    const answer = await fetch(source, { cache: "no-store" });
    return answer.ok ? null : ((await answer.json()).error ?? `The emulator answered ${answer.status}.`);
  } catch {
    return "The emulator does not answer. Is it still running?";
  }
}
