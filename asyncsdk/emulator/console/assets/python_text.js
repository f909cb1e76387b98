// Python text of a call: an assertion for a test, with the arguments as literals.

/** A line such as acton_server.calls.assert_one("contacts.upsert", email="ada@example.com"). */
export function assertionOf(call) {
  const given = Object.entries(call.arguments).map(([name, value]) => `${name}=${literal(value)}`);
  return `acton_server.calls.assert_one(${[literal(call.route), ...given].join(", ")})`;
}

/** Whether an argument stands for a file; an assertion compares it by its name. */
export const isFile = (value) => value !== null && typeof value === "object" && "file" in value && "bytes" in value;

/** A JSON value as Python writes it. */
export function literal(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (isFile(value)) return JSON.stringify(value.file);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && !JSON.isRawJSON?.(value)) return `{${Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${literal(each)}`).join(", ")}}`;
  return JSON.stringify(value);
}
