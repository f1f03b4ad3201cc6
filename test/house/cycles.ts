import type { Source } from "./sources.ts";

/**
 * Files that import each other, directly or by way of others, as the shortest way round for each file that lies on one. An import of
 * types counts like any other: a reader who follows it comes round all the same.
 */
export function cyclesIn(sources: readonly Pick<Source, "path" | "imports">[]): readonly string[] {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports.map(({ of }) => of)]));
  const ways = sources.flatMap(({ path }) => {
    const way = wayBack(path, importsOf);
    return way === undefined ? [] : [fromFirst(way)];
  });
  return [...new Set(ways)].sort();
}

/** The shortest way from a file over its imports to itself. */
function wayBack(
  start: string,
  importsOf: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  // The queue grows while it is walked, until nothing new is imported.
  const queue = new Set([start]);
  for (const path of queue) {
    for (const of of importsOf.get(path) ?? []) {
      if (!cameFrom.has(of)) cameFrom.set(of, path);
      if (of === start) return wayTo(start, cameFrom);
      queue.add(of);
    }
  }
  return undefined;
}

function wayTo(start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way: string[] = [];
  let path = start;
  do {
    path = cameFrom.get(path) ?? start;
    way.unshift(path);
  } while (path !== start);
  return way;
}

/** The same circle reads the same wherever it is entered. */
function fromFirst(way: readonly string[]): string {
  const first = way.indexOf([...way].sort()[0] ?? "");
  return [...way.slice(first), ...way.slice(0, first)].join(" → ");
}
