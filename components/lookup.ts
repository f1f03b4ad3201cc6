/**
 * The entry of a table that must be there.
 *
 * @param kind what the table holds, for the error's text
 * @throws Error when it is not; inputs and model have been validated against each other, so this is a mistake of the program's
 */
export function entry<T>(table: Readonly<Record<string, T>>, name: string, kind: string): T {
  const found = table[name];
  if (found === undefined) {
    throw new Error(
      `There is no ${kind} called ${name}; known are ${Object.keys(table).join(", ") || "none"}.`,
    );
  }
  return found;
}
