// Lines that set environment variables in a shell.
//
//   const shell = select(SHELLS);
//   shellLines(shell.value, { ACTON_BASE_URL: "http://127.0.0.1:8080" })

export const SHELLS = [
  { value: "sh", label: "sh, bash, zsh", line: (name, value) => `export ${name}=${quoted(value, "'\\''")}` },
  { value: "powershell", label: "PowerShell", line: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'` },
  { value: "dotenv", label: ".env file", line: (name, value) => `${name}=${quoted(value, "'\\''")}` },
];

/** A line for each variable. */
export function shellLines(shell, variables) {
  const { line } = SHELLS.find((each) => each.value === shell);
  return Object.entries(variables).map(([name, value]) => line(name, String(value))).join("\n");
}

/** A value as a shell reads it: in quotes only where it needs them. */
const quoted = (value, quote) => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", quote)}'`);
