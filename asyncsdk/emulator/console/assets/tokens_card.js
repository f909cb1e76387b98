// Tokens: make them unknown, so that programs must renew them or log in again.
import { post } from "./api.js";
import { card } from "./card.js";
import { button } from "./controls.js";
import { el } from "./dom.js";
import { notice } from "./notice.js";
import { problemLine } from "./problem_line.js";

export function tokensCard() {
  const problem = problemLine();

  async function revoke(kind) {
    if (await problem.run(() => post("/tokens/revoke", { kind }))) notice(`All ${kind} tokens are revoked.`);
  }

  const node = card(
    "Tokens",
    "Revoked access tokens are renewed by a program that has a refresh token; without one it must log in.",
    el(
      "div",
      { class: "control-line" },
      button("Revoke access tokens", { onclick: () => revoke("access") }),
      button("Revoke refresh tokens", { onclick: () => revoke("refresh") }),
    ),
    problem.node,
  );
  return { node };
}
