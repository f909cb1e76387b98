// JSON client of the emulator. Each function gives the answer's object, or throws an ApiError with one clear sentence.
//
//   const { lists } = await get("/lists");
//   await post("/clock/advance", { seconds: 60 });
//   await get(`/lists/${part(id)}/rows`, { search: "", offset: 0 }, { signal });

const ROOT = "/_emulator";

export class ApiError extends Error {
  /** @param {number} status the HTTP status; 0 if there was no answer. */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export const get = (path, query = {}, options = {}) => send("GET", path, { query, ...options });
export const post = (path, body = {}, options = {}) => send("POST", path, { body, ...options });
export const patch = (path, body, options = {}) => send("PATCH", path, { body, ...options });
export const remove = (path, options = {}) => send("DELETE", path, options);

/** A value as one part of a path. */
export const part = (value) => encodeURIComponent(String(value));

/** The address of an endpoint, for frames and links. Empty values of the query are left out. */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false);
  const text = new URLSearchParams(given.map(([name, value]) => [name, value === true ? "1" : String(value)])).toString();
  return ROOT + path + (text ? `?${text}` : "");
}

/** Whether an error only says that nobody waits any longer. */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";

/** Whole numbers that JavaScript would round, such as long ids, stay digit for digit, where the browser can do it. */
function digitForDigit(_, value, { source } = {}) {
  return source !== undefined && Number.isInteger(value) && !Number.isSafeInteger(value) ? JSON.rawJSON(source) : value;
}

async function send(method, path, { query, body, signal } = {}) {
  const init = { method, signal, cache: "no-store" };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  let answer;
  let text;
  try {
    answer = await fetch(address(path, query), init);
    text = await answer.text();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, "The emulator does not answer. Is it still running?");
  }
  let value = null;
  try {
    value = JSON.parse(text, digitForDigit);
  } catch {
    value = null;
  }
  if (!answer.ok) throw new ApiError(answer.status, value?.error ?? `The emulator answered ${answer.status} to ${method} ${path}.`);
  if (value === null) throw new ApiError(answer.status, `The answer to ${method} ${path} is not JSON.`);
  return value;
}
