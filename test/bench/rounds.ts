import type { Cloud } from "../../automation/cloud.ts";
import type { Engine } from "../../automation/engine/engine.ts";
import type { StepId } from "../../automation/steps/steps.ts";
import { creationTimes } from "./creation-times.ts";
import { bareCalls, drive, inRehearsal, oneAfterAnother } from "./deployments.ts";
import { criticalPath, median } from "./figures.ts";
import { type Memory, watchingMemory } from "./memory.ts";
import { replayed } from "./replayed-cloud.ts";

/** A minute of AWS's is a second of ours. */
export const timeScale = 60;

/** One round of everything that is compared with each other; milliseconds and ratios. */
export interface Round {
  /** A fresh deployment with creation times, as the driver schedules it. */
  readonly makespan: number;
  /** The same with every step alone, one after another. */
  readonly publishedOrder: number;
  readonly criticalPath: number;
  readonly chain: readonly StepId[];
  readonly steps: ReadonlyMap<StepId, number>;
  /** The deployment again, without any change. */
  readonly second: number;
  /** The driver's own sequence of stacks, without creation times. */
  readonly driver: number;
  /** The same calls of the Automation API without the driver. */
  readonly bare: number;
  readonly memory: Memory;
}

const milliseconds = new Map(
  creationTimes.map(({ type, seconds }) => [type, (seconds * 1000) / timeScale] as const),
);
const slow = (cloud: Cloud) => replayed(cloud, (type) => milliseconds.get(type) ?? 0);
const asItIs = (cloud: Cloud) => cloud;

export async function measureRound(engine: Engine): Promise<Round> {
  const alone = await inRehearsal(slow, async (installation) => {
    const { duration, steps } = await drive(oneAfterAnother(installation), engine);
    return { publishedOrder: duration, steps, ...criticalPath(installation.steps, steps) };
  });
  const together = await inRehearsal(slow, async (installation) => {
    const { result: first, memory } = await watchingMemory(() => drive(installation, engine));
    const second = await drive(installation, engine);
    return { makespan: first.duration, second: second.duration, memory };
  });
  const driver = await inRehearsal(asItIs, async (installation) => {
    const { duration, steps } = await drive(oneAfterAnother(installation), engine);
    const others = installation.steps.filter(({ kind }) => kind !== "stack");
    return duration - others.reduce((sum, { id }) => sum + (steps.get(id) ?? 0), 0);
  });
  const bare = await inRehearsal(asItIs, async (installation) =>
    [...(await bareCalls(installation, engine)).values()].reduce((sum, duration) => sum + duration, 0),
  );
  const { length, chain, steps, publishedOrder } = alone;
  return { ...together, publishedOrder, criticalPath: length, chain, steps, driver, bare };
}

/** Time and memory of one node admin's part in so many environments at the same time. */
export async function measureGrowth(
  engine: Engine,
  environments: number,
): Promise<{ readonly duration: number; readonly memory: Memory }> {
  const together = (left: number): Promise<void> =>
    left === 0
      ? Promise.resolve()
      : inRehearsal(asItIs, async (installation) => {
          const own = drive(installation, engine, ["policy-node1-admin"]);
          await Promise.all([own, together(left - 1)]);
        });
  const startedAt = performance.now();
  const { memory } = await watchingMemory(() => together(environments));
  return { duration: performance.now() - startedAt, memory };
}

/** The median of a figure over all rounds; of a ratio, of the ratios within each round. */
export function over(rounds: readonly Round[], figure: (round: Round) => number): number {
  return median(rounds.map(figure));
}
