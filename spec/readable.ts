/** Somebody reached for a value that is not valid. Never leaves this file. */
class NotReadable extends Error {}

/**
 * Content of which parts are invalid, so that the checks of the rest can run all the same: whoever reaches for an invalid part is stopped
 * (see `whereReadable`), and so nobody ever sees a value that its type does not promise.
 *
 * @param invalid - Paths of the invalid parts; the empty path makes the whole unreadable.
 */
export function readable<T extends object>(
  content: T,
  invalid: readonly (readonly PropertyKey[])[],
  path: readonly PropertyKey[] = [],
): T {
  const unreadable = new Set(invalid.map(textOf));
  const within = (inner: readonly PropertyKey[]) => {
    const start = `${textOf(inner)}\0`;
    return invalid.some((one) => textOf(one).startsWith(start));
  };
  return new Proxy(content, {
    get(target, key, receiver) {
      const inner = [...path, key];
      if (unreadable.has(textOf(inner))) throw new NotReadable();
      const value: unknown = Reflect.get(target, key, receiver);
      return typeof value === "object" && value !== null && within(inner)
        ? readable(value, invalid, inner)
        : value;
    },
  });
}

function textOf(path: readonly PropertyKey[]): string {
  return path.map(String).join("\0");
}

/** What a check finds; nothing where it needs something that is not valid, for which there is a problem already. */
export function whereReadable<T>(check: () => readonly T[]): readonly T[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof NotReadable) return [];
    throw error;
  }
}

/** `flatMap` that passes over the entries that are not readable instead of stopping at the first. */
export function eachReadable<E, T>(
  entries: readonly E[],
  check: (entry: E, index: number) => readonly T[],
): readonly T[] {
  return Array.from({ length: entries.length }, (_, index) =>
    whereReadable(() => {
      const entry = entries[index] as E;
      return check(entry, index);
    }),
  ).flat();
}

/** Like `eachReadable`, over the entries of a block of keys. */
export function eachEntry<E, T>(
  block: Readonly<Record<string, E>>,
  check: (key: string, entry: E) => readonly T[],
): readonly T[] {
  return Object.keys(block).flatMap((key) => whereReadable(() => check(key, block[key] as E)));
}
