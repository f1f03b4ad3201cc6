import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runSchedule, type Settled, selectSteps, startNow } from "../../automation/schedule.ts";
import { roles, type Step, type StepId, stepsOf } from "../../automation/steps.ts";
import { fixtureDeployment, sandboxDeployment } from "../isolation/fixture.ts";

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
  const baselines = steps.filter(({ id }) => id.startsWith("baseline-"));

  it("begins with those that most others wait for", () => {
    const second = steps.filter(({ id }) => /^(baseline-policy-node2|wallet-long-lived)$/.test(id));
    expect(startNow(second, steps, 1).map(({ id }) => id)).toEqual(["baseline-policy-node2"]);
    const last = steps.filter(({ id }) => /^(nitro-nodes|wallet)$/.test(id));
    expect(startNow(last, steps, 1).map(({ id }) => id)).toEqual(["wallet"]);
  });

  it.each([-1, 0, 1, 2, 3, 4])("leaves room for %d", (room) => {
    expect(startNow(baselines, steps, room)).toEqual(baselines.slice(0, Math.max(0, room)));
  });

  it("never holds back what is no stack", () => {
    const actions = steps.filter(({ kind }) => kind !== "stack");
    expect(startNow(actions, steps, 0)).toEqual(actions);
  });
});

describe("running the schedule", () => {
  const outcome = fc.constantFrom<Settled>("done", "done", "done", "waiting", "failed");

  it("starts no step before all it depends on are done, and settles every step", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: ids.length, maxLength: ids.length }),
        async (outcomes) => {
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
    );
    expect(most).toBeGreaterThanOrEqual(3);
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
    );
    const first = steps.filter(({ dependsOn }) => dependsOn.length === 0).map(({ id }) => id);
    expect(finished.sort()).toEqual([...first].sort());
  });
});
