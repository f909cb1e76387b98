// Suppressions: addresses that get no mail, because they opted out, do not exist, or complained.
import { get, part, post, remove } from "./api.js";
import { button, field, input } from "./controls.js";
import { confirmed, formDialog } from "./dialog.js";
import { keepFocusAfter } from "./focus.js";
import { dateTime } from "./format.js";
import { listing } from "./listing.js";
import { attempt, notice } from "./notice.js";
import { partHead } from "./part_head.js";

const KINDS = {
  "opt-outs": { title: "Opt-outs", one: "opt-out", add: "Add an opt-out", empty: "No opt-outs" },
  "hard-bounces": { title: "Hard bounces", one: "hard bounce", add: "Add a hard bounce", empty: "No hard bounces" },
  "spam-complaints": { title: "Spam complaints", one: "spam complaint", add: "Add a spam complaint", empty: "No spam complaints" },
};

/** The part of the data with one kind of them. */
export const suppressions = (kind) => (outlet, place) => {
  const words = KINDS[kind];
  const path = `/suppressions/${kind}`;
  const all = listing({
    label: words.title,
    place,
    parts: ["suppressions"],
    search: "Search addresses",
    word: [words.one],
    columns: [
      { heading: "Address", cell: (entry) => entry.email, class: "cell-main" },
      { heading: "Since", cell: (entry) => dateTime(entry.time) },
      { heading: "Origin", cell: (entry) => entry.origin },
      {
        heading: "",
        label: "Actions",
        class: "cell-actions",
        cell: (entry) => button("Remove", { kind: "quiet", "aria-label": `Remove ${entry.email}`, onclick: () => drop(entry) }),
      },
    ],
    read: async ({ search, offset, count }) => {
      const { total, addresses } = await get(path, { search, offset, count });
      return { total, rows: addresses };
    },
    empty: [words.empty, "Mail to an address that is here is held back."],
  });

  async function drop({ email }) {
    const text = `${email} may get mail again.`;
    const sure = await keepFocusAfter(() => confirmed({ title: `Remove the ${words.one}?`, text, action: `Remove the ${words.one}` }));
    if (!sure) return;
    if (await attempt(() => remove(`${path}/${part(email)}`))) notice(`Removed ${email}.`);
    await all.again();
  }

  async function add() {
    const email = input({ type: "email", placeholder: "ada@example.com" });
    const origin = input();
    const saved = await keepFocusAfter(() =>
      formDialog({
        title: words.add,
        content: [field("Address", email), field("Origin", origin, { hint: "empty: the user of the account" })],
        action: words.add,
        onsubmit: () => post(path, { email: email.value.trim(), ...(origin.value.trim() && { origin: origin.value.trim() }) }),
      }),
    );
    if (!saved) return;
    notice(`Added ${email.value.trim()}.`);
    await all.again();
  }

  outlet.append(partHead(words.title, { actions: [button(words.add, { kind: "primary", onclick: add })] }), all.node);
  return all;
};
