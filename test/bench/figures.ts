import type { Step, StepId } from "../../automation/steps/steps.ts";

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new Error("There is no median of nothing.");
  return (lower + upper) / 2;
}

/** The longest chain of steps that wait for each other, by the lengths that each has alone. No run can be shorter. */
export function criticalPath(
  steps: readonly Pick<Step, "id" | "dependsOn">[],
  lengths: ReadonlyMap<StepId, number>,
): { readonly length: number; readonly chain: readonly StepId[] } {
  const ends = new Map<StepId, { readonly length: number; readonly chain: readonly StepId[] }>();
  let longest = { length: 0, chain: [] as readonly StepId[] };
  // Every step comes after those that it depends on.
  for (const { id, dependsOn } of steps) {
    const before = dependsOn.flatMap((other) => ends.get(other) ?? []);
    const latest = before.reduce((a, b) => (b.length > a.length ? b : a), { length: 0, chain: [] });
    const end = { length: latest.length + (lengths.get(id) ?? 0), chain: [...latest.chain, id] };
    ends.set(id, end);
    if (end.length > longest.length) longest = end;
  }
  return longest;
}
