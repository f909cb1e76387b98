// Arguments of faults: what is written into the fields of a fault's form, as the JSON that scripts it, and back.
//
// An argument is as `GET /faults/kinds` describes it: { name, type, default, choices, required, summary }.

import { literal } from "./python_text.js";

const EXAMPLES = { number: "2.5", whole: "429", json: '{"status": "failure"}', headers: "Retry-After: 5" };

const READERS = {
  number: (text) => numberOf(text, Number.isFinite),
  whole: (text) => numberOf(text, Number.isSafeInteger),
  json: JSON.parse,
  headers: headersOf,
};

/** The value of an argument, given what its field holds; undefined where the default holds. */
export function argumentValue(argument, given) {
  if (argument.type === "yes-no") return given === (argument.default === true) ? undefined : given;
  if (!argument.required && given === defaultText(argument)) return undefined;
  if (argument.required && given.trim() === "") throw new Error(`${argument.name} is needed.`);
  const read = READERS[argument.type];
  if (read === undefined) return given;
  if (given.trim() === "") return undefined;
  try {
    return read(given);
  } catch {
    throw new Error(`${argument.name} cannot be read; write it as in ${EXAMPLES[argument.type]}`);
  }
}

/** What a field holds at first. */
export function defaultText({ default: value, type }) {
  if (value === null || value === undefined || value === "") return "";
  if (type === "headers") return Object.entries(value).map((pair) => pair.join(": ")).join("\n");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A fault in one line as Python writes it, `Reply.throttled(retry_after=2)`; what is as by default is left out. */
export function faultText(fault, kinds) {
  const known = kinds.find((each) => each.kind === fault.kind)?.arguments ?? [];
  const isUsual = ([name, value]) => {
    const usual = known.find((argument) => argument.name === name && !argument.required)?.default;
    return usual !== undefined && (JSON.stringify(usual) === JSON.stringify(value) || isEmpty(value));
  };
  const given = Object.entries(fault.arguments).filter((pair) => !isUsual(pair));
  return `${fault.kind}(${given.map(([name, value]) => `${name}=${shortText(value)}`).join(", ")})`;
}

const MOST_LETTERS = 80;

function shortText(value) {
  const text = literal(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

const isEmpty = (value) => value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

function numberOf(text, fits) {
  const value = Number(text);
  if (!fits(value)) throw new TypeError(text);
  return value;
}

function headersOf(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(lines.map(headerOf));
}

function headerOf(line) {
  const at = line.indexOf(":");
  if (at < 1) throw new TypeError(line);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
