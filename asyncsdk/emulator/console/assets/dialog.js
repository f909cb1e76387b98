// Dialog: a question that must be answered first, or a form over the page.
//
//   if (await confirmed({ title: "Delete the list?", text: "Its 12 records go with it.", action: "Delete" })) ...
//   await formDialog({ title: "Edit", content: [field(...)], action: "Save", onsubmit: async () => patch(...) });
//
// `formDialog` stays open, and says why, while `onsubmit` throws; it gives true once it was saved, false if left.
import { el, newId, say } from "./dom.js";
import { button } from "./controls.js";

export const confirmed = ({ title, text, action }) => formDialog({ title, content: [el("p", {}, text)], action, kind: "danger" });

export function formDialog({ title, content, action, kind = "primary", onsubmit = async () => {} }) {
  const heading = newId("dialog");
  const problem = el("p", { class: "problem-text", role: "alert" });
  const yes = el("button", { type: "submit", class: ["button", `button-${kind}`] }, action);
  const node = el("dialog", { class: "dialog", "aria-labelledby": heading });
  return new Promise((resolve) => {
    let saved = false;
    const form = el(
      "form",
      {
        method: "dialog",
        onsubmit: async (event) => {
          event.preventDefault();
          yes.disabled = true;
          say(problem, "");
          try {
            await onsubmit();
            saved = true;
            node.close();
          } catch (error) {
            say(problem, error.message);
          } finally {
            yes.disabled = false;
          }
        },
      },
      el("h2", { id: heading }, title),
      el("div", { class: "dialog-content" }, content),
      problem,
      el("div", { class: "dialog-actions" }, button("Cancel", { onclick: () => node.close() }), yes),
    );
    node.append(form);
    const leave = () => node.close();
    addEventListener("popstate", leave); // the browser's way back leads away from what the dialog is about
    node.addEventListener("close", () => {
      removeEventListener("popstate", leave);
      node.remove();
      resolve(saved);
    });
    document.body.append(node);
    node.showModal();
  });
}
