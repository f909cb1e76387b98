// JSON as text in lines. Numbers stay digit for digit as they came (`JSON.stringify` would round long ids), and so do
// strings, but for escaped letters beyond ASCII, which are shown as letters.

const DEEPEST = 40; // deeper levels stand no further to the right: spaces would outweigh the text a thousand times

/** The same JSON with line breaks and two spaces for each level; null if it is not JSON. */
export function prettyJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let level = 0;
  let lines = "";
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token === "{" || token === "[") {
      const empty = next === "}" || next === "]";
      level += empty ? 0 : 1;
      lines += empty ? token : token + newLine(level);
    } else if (token === "}" || token === "]") {
      const empty = tokens[at - 1] === "{" || tokens[at - 1] === "[";
      level -= empty ? 0 : 1;
      lines += empty ? token : newLine(level) + token;
    } else if (token === ",") {
      lines += token + newLine(level);
    } else {
      lines += token === ":" ? ": " : readable(token);
    }
  });
  return lines;
}

const newLine = (level) => `\n${"  ".repeat(Math.min(level, DEEPEST))}`;

/** Letters, digits and signs instead of their escapes; control characters and all else stay escaped. */
function readable(token) {
  return token.replace(/\\(?:u([0-9a-f]{4})|.)/gi, (escape, code) => {
    const letter = code && String.fromCharCode(parseInt(code, 16));
    return letter && letter > "\u00a0" && /[\p{L}\p{N}\p{P}\p{S}]/u.test(letter) ? letter : escape;
  });
}
