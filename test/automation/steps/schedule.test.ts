import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runSchedule, type Settled, selectSteps, startNow } from "../../../automation/steps/schedule.ts";
import { roles, type Step, type StepId, stepsOf } from "../../../automation/steps/steps.ts";
import { fixtureDeployment, sandboxDeployment } from "../../isolation/fixture.ts";

const steps = stepsOf(fixtureDeployment);
const ids = steps.map(({ id }) => id);

describe("the list of steps", () => {
  it("names every step before those that depend on it", () => {
    for (const [index, step] of steps.entries()) {
      for (const id of step.dependsOn) expect(ids.indexOf(id), `${id} before ${step.id}`).toBeLessThan(index);
      for (const id of step.dependsOn) expect(ids).toContain(id);
    }
  });

  it("covers all sixteen published steps", () => {
    const published = new Set(steps.flatMap((step) => step.published));
    expect([...published].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  });

  it("crosses accounts only at steps that leave a hand-off", () => {
    const handedOver =
      /^(baseline-|wallet-long-lived|policy-node\d-long-lived|secrets-|configure-|wallet$|nitro-nodes)/;
    for (const step of steps) {
      for (const id of step.dependsOn) {
        const other = steps.find((one) => one.id === id);
        if (other === undefined || other.role === "all" || other.role === step.role) continue;
        expect(id, `${step.id} depends on ${id} of ${other.role}`).toMatch(handedOver);
      }
    }
  });

  it("has one baseline and seven stacks in profile sandbox", () => {
    const sandbox = stepsOf(sandboxDeployment);
    expect(sandbox.filter(({ kind }) => kind === "stack")).toHaveLength(7);
    for (const step of sandbox)
      for (const id of step.dependsOn) expect(sandbox.map((one) => one.id)).toContain(id);
  });
});

describe("selecting steps", () => {
  it("gives a node admin nothing of another account", () => {
    const selected = selectSteps(steps, ["policy-node1-admin"], fixtureDeployment);
    for (const step of selected) expect([null, "policyNode1"]).toContain(step.account);
    expect(selected.map(({ id }) => id)).toContain("configure-policy-node1");
  });

  it("ends with the step that was named", () => {
    const selected = selectSteps(steps, roles, fixtureDeployment, "service-images");
    expect(selected.at(-1)?.id).toBe("service-images");
  });

  it("divides all steps among the roles without a gap", () => {
    const selected = roles.flatMap((role) =>
      selectSteps(steps, [role], fixtureDeployment).map(({ id }) => id),
    );
    expect(new Set(selected)).toEqual(new Set(ids));
  });
});

describe("starting stacks", () => {
  const named = (...wanted: StepId[]) => steps.filter(({ id }) => wanted.includes(id));
  const without = (...done: StepId[]) => steps.filter(({ id }) => !done.includes(id));
  const started = (startable: readonly Step[], unfinished: readonly Step[], running: StepId[], room = 0) =>
    startNow(startable, unfinished, new Set(running), new Set(), room).map(({ id }) => id);
  const baselines = named("baseline-infrastructure", "baseline-policy-node1", "baseline-policy-node2");

  it("starts the stack that most time lies behind, and others beside it as far as there is room", () => {
    expect(started(baselines, steps, [])).toEqual(["baseline-infrastructure"]);
    expect(started(baselines, steps, [], 2)).toEqual(baselines.map(({ id }) => id));
    const rest = baselines.slice(1);
    expect(started(rest, steps, ["baseline-infrastructure"])).toEqual([]);
    expect(started(rest, steps, ["baseline-infrastructure"], 1)).toEqual(["baseline-policy-node1"]);
    const wallet = named("wallet-long-lived");
    const unfinished = without("baseline-infrastructure");
    expect(started(wallet, unfinished, ["policy-node1-long-lived"])).toEqual(["wallet-long-lived"]);
  });

  it("lets another go first while the stack that most time lies behind cannot start and none runs", () => {
    const nodes = named("policy-node0-long-lived", "policy-node2-long-lived");
    const unfinished = without("baseline-infrastructure");
    expect(started(nodes, unfinished, ["policy-node1-long-lived"])).toEqual([]);
    expect(started(nodes, unfinished, [])).toEqual(["policy-node0-long-lived"]);
  });

  it("starts a stack that nothing else is to be done with", () => {
    expect(started(named("nitro-nodes"), named("nitro-nodes", "start"), [])).toEqual(["nitro-nodes"]);
  });

  it("starts stacks that stand already without regard to what lies behind them, as many as there are processors", () => {
    const standing = new Set(ids);
    const beside = (running: StepId[]) => startNow(baselines, steps, new Set(running), standing, 0);
    expect(beside([]).map(({ id }) => id)).toEqual(expect.arrayContaining(["baseline-infrastructure"]));
    expect(beside([]).length).toBeGreaterThanOrEqual(2);
    expect(beside(ids)).toEqual([]);
  });

  it("never holds back what is no stack", () => {
    const actions = steps.filter(({ kind }) => kind !== "stack");
    expect(startNow(actions, steps, new Set(ids), new Set(), 0)).toEqual(actions);
  });
});

/** A machine that always has so many processors idle, as is seen a moment later. */
function processors(idle: number) {
  return () => new Promise<number>((resolve) => setImmediate(() => resolve(idle)));
}

describe("running the schedule", () => {
  const outcome = fc.constantFrom<Settled>("done", "done", "done", "waiting", "failed");

  it("starts no step before all it depends on are done, and settles every step", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: ids.length, maxLength: ids.length }),
        fc.nat(2),
        async (outcomes, idle) => {
          const done = new Set<StepId>();
          const blocked: StepId[] = [];
          const started: StepId[] = [];
          const settled = await runSchedule(
            steps,
            new Map(),
            async (step: Step) => {
              for (const id of step.dependsOn) expect(done.has(id)).toBe(true);
              started.push(step.id);
              await Promise.resolve();
              const result = outcomes[ids.indexOf(step.id)] ?? "done";
              if (result === "done") done.add(step.id);
              return result;
            },
            (step) => blocked.push(step.id),
            undefined,
            { idle: processors(idle) },
          );
          expect(new Set([...started, ...blocked])).toEqual(new Set(ids));
          expect(started).toHaveLength(new Set(started).size);
          expect(settled.size).toBe(ids.length);
        },
      ),
    );
  });

  it("runs independent steps at once", async () => {
    let running = 0;
    let most = 0;
    await runSchedule(
      steps,
      new Map(),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return "done";
      },
      () => {},
      undefined,
      { idle: processors(8) },
    );
    expect(most).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ["one at a time while no processor is idle", 0, 1],
    ["one more at each look while one is", 1, 3],
  ])("runs stacks that need not wait for each other %s", async (_, idle, accepted) => {
    let running = 0;
    let most = 0;
    await runSchedule(
      steps.filter(({ kind }) => kind === "stack").map((step) => ({ ...step, dependsOn: [] })),
      new Map(),
      async () => {
        running += 1;
        most = Math.max(most, running);
        for (let look = 1; look <= 3; look++) await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return "done";
      },
      () => {},
      undefined,
      { idle: processors(idle) },
    );
    expect(most).toBe(accepted);
  });

  it("starts nothing new once it is stopped, and awaits what runs", async () => {
    const stop = new AbortController();
    const finished: StepId[] = [];
    await runSchedule(
      steps,
      new Map(),
      async (step) => {
        stop.abort();
        await new Promise((resolve) => setImmediate(resolve));
        finished.push(step.id);
        return "done";
      },
      () => {},
      stop.signal,
      { idle: processors(8) },
    );
    const first = steps.filter(({ dependsOn }) => dependsOn.length === 0).map(({ id }) => id);
    expect(first).toEqual(expect.arrayContaining(finished));
    expect(finished).not.toEqual([]);
  });
});
