import { availableParallelism, cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Deployment } from "../../spec/deployment.ts";
import { performs, type Role, type Step, type StepId } from "./steps.ts";

/** The steps of a run: those that the chosen roles perform, up to and including `to` in the order in which steps are shown. */
export function selectSteps(
  steps: readonly Step[],
  chosen: readonly Role[],
  deployment: Deployment,
  to?: StepId,
): readonly Step[] {
  const last = to === undefined ? steps.length - 1 : steps.findIndex(({ id }) => id === to);
  return steps.filter((step, index) => index <= last && performs(chosen, step, deployment));
}

export type Settled = "done" | "waiting" | "failed";

/** What a schedule may do next: steps whose dependencies are all done, and steps that can never start in this run. */
function nextSteps(
  pending: readonly Step[],
  settled: ReadonlyMap<StepId, Settled>,
): { readonly startable: readonly Step[]; readonly blocked: readonly Step[] } {
  const startable = pending.filter((step) => step.dependsOn.every((id) => settled.get(id) === "done"));
  const blocked = pending.filter((step) =>
    step.dependsOn.some((id) => settled.get(id) === "waiting" || settled.get(id) === "failed"),
  );
  return { startable, blocked };
}

/** What a schedule goes by besides what depends on what. */
export interface Pace {
  /** Stacks that stand already: they are compared, and at most changed a little, so nothing has to wait for them for long. */
  readonly standing?: ReadonlySet<StepId>;
  /** Tells how many processors of this machine have nothing to do. */
  readonly idle?: () => Promise<number>;
}

/**
 * Of the steps that can start, those that do: all but stacks at once; of the stacks that have to be made the one that most time lies behind at
 * once; others as far as there is room, those that more time lies behind first, and one of them whenever nothing would run otherwise.
 *
 * @param unfinished selected steps that have not ended, the running ones included
 * @param room how many stacks may be started besides the one that most time lies behind
 */
export function startNow(
  startable: readonly Step[],
  unfinished: readonly Step[],
  running: ReadonlySet<StepId>,
  standing: ReadonlySet<StepId>,
  room: number,
): readonly Step[] {
  const way = waysFrom(unfinished);
  const byWay = (a: Step, b: Step) => (way.get(b.id) ?? 0) - (way.get(a.id) ?? 0);
  const stacks = unfinished.filter(({ kind }) => kind === "stack");
  const leading = stacks.filter(({ id }) => !standing.has(id)).sort(byWay)[0];
  const atOnce = startable.filter(({ id, kind }) => kind !== "stack" || id === leading?.id);
  const free =
    leading === undefined
      ? Math.max(2, availableParallelism()) - stacks.filter(({ id }) => running.has(id)).length
      : room;
  const others = startable
    .filter((step) => !atOnce.includes(step))
    .sort(byWay)
    .slice(0, Math.max(running.size + atOnce.length > 0 ? 0 : 1, free));
  return [...atOnce, ...others];
}

/**
 * How many minutes AWS takes for what each stack makes one after another, rounded: the databases, gateways, services and nodes that
 * docs/performance.md has with their sources. All else of a stack is a matter of seconds.
 */
const typicalMinutes: Readonly<Partial<Record<StepId, number>>> = {
  "baseline-infrastructure": 3,
  "wallet-long-lived": 10,
  wallet: 4,
  "nitro-nodes": 2,
};

/** Minutes on the longest chain of steps that begins with each. */
function waysFrom(steps: readonly Step[]): ReadonlyMap<StepId, number> {
  const ways = new Map<StepId, number>();
  // Every step comes after those it depends on, so from the end each one's followers are known.
  for (const { id, kind } of steps.toReversed()) {
    const followers = steps.filter(({ dependsOn }) => dependsOn.includes(id));
    const longest = Math.max(0, ...followers.map((follower) => ways.get(follower.id) ?? 0));
    ways.set(id, longest + (kind === "stack" ? (typicalMinutes[id] ?? 1) : 0));
  }
  return ways;
}

/** Milliseconds; long enough to tell an engine at work from one that waits for AWS. */
const measuring = 500;

/** Milliseconds after which a stack is held back no longer: what keeps the processors busy may be somebody else's. */
const patience = 15_000;

/** How many processors of this machine have nothing to do, measured over a short while. */
async function idleProcessors(): Promise<number> {
  const total = () => {
    const times = cpus().map((one) => one.times);
    return {
      idle: times.reduce((sum, { idle }) => sum + idle, 0),
      all: times.reduce((sum, one) => sum + Object.values(one).reduce((whole, part) => whole + part, 0), 0),
      processors: times.length,
    };
  };
  const before = total();
  await delay(measuring, undefined, { ref: false });
  const after = total();
  return Math.floor(((after.idle - before.idle) / Math.max(1, after.all - before.all)) * after.processors);
}

/**
 * Runs whatever can run at once. Every step starts as soon as all steps that it depends on are done; only stacks that have time are held
 * back for a while as long as this machine's processors are busy, for engines that share one slow down the stack that all others wait for.
 * Stacks that stand already run as many at once as there are processors.
 * A step whose dependency waits or failed is reported as blocked and never started. After `signal` nothing new starts, and what runs is awaited.
 *
 * @param elsewhere state of the steps that this run does not perform
 */
export async function runSchedule(
  selected: readonly Step[],
  elsewhere: ReadonlyMap<StepId, Settled>,
  perform: (step: Step) => Promise<Settled>,
  blocked: (step: Step, by: readonly StepId[]) => void,
  signal?: AbortSignal,
  { standing = new Set(), idle = idleProcessors }: Pace = {},
): Promise<ReadonlyMap<StepId, Settled>> {
  const settled = new Map(elsewhere);
  const running = new Map<StepId, Promise<void>>();
  const heldBackSince = new Map<StepId, number>();
  let pending = [...selected];
  let room = 0;
  for (;;) {
    const next = nextSteps(pending, settled);
    for (const step of next.blocked) {
      settled.set(step.id, "waiting");
      blocked(
        step,
        step.dependsOn.filter((id) => settled.get(id) !== "done"),
      );
    }
    const unfinished = selected.filter(({ id }) => !settled.has(id));
    const started = signal?.aborted
      ? []
      : startNow(next.startable, unfinished, new Set(running.keys()), standing, room);
    for (const step of started) {
      const run = perform(step).then((outcome) => {
        settled.set(step.id, outcome);
        running.delete(step.id);
      });
      running.set(step.id, run);
    }
    pending = pending.filter((step) => !started.includes(step) && !next.blocked.includes(step));
    if (running.size === 0) {
      if (next.blocked.length === 0) return settled;
      continue;
    }
    const heldBack = signal?.aborted ? [] : next.startable.filter((step) => !started.includes(step));
    for (const { id } of heldBack) heldBackSince.set(id, heldBackSince.get(id) ?? performance.now());
    const ended = [...running.values()].map((run) => run.then(() => 0));
    const measured = heldBack.length > 0 ? [idle()] : [];
    const patienceEnds = performance.now() - patience;
    const longEnough = heldBack.filter(({ id }) => (heldBackSince.get(id) ?? patienceEnds) < patienceEnds);
    room = Math.max(longEnough.length, await Promise.race([...ended, ...measured]));
  }
}
