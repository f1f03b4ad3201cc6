/** The value that a JSON text says; undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The first name that an object of a JSON text has twice, which JSON.parse takes without a word. */
export function repeatedName(
  text: string,
): { readonly name: string; readonly line: number; readonly column: number } | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names !== undefined && isName(text, end)) {
        const name: string = JSON.parse(text.slice(at, end));
        if (names.has(name)) {
          const before = text.slice(0, at).split("\n");
          return { name, line: before.length, column: (before.at(-1) ?? "").length + 1 };
        }
        names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Where the text goes on after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Only a name is followed by a colon. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}
