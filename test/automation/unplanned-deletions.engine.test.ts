import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { runtime } from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { obtainEngine } from "../../automation/engine/engine.ts";
import { CloudFailure } from "../../automation/errors.ts";
import type { Installation } from "../../automation/installation.ts";
import { runStack } from "../../automation/steps/stack-run.ts";
import { preparedFor } from "../../automation/steps/step-run.ts";
import { empty } from "../../rehearsal/provider/wire.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { inconsistencies } from "../support/consistency.ts";
import { deployNode1, nodeAdmin } from "../support/deployed-node.ts";
import { editState } from "../support/engine-state.ts";
import { changes, requestsOf } from "../support/ivault.ts";

let folder: string;
let installation: Installation;

beforeAll(async () => {
  ({ folder, installation } = await deployNode1());
});

afterAll(() => installation.close());

const baseline = stackDefinitions.find(({ id }) => id === "baseline-policy-node1") as StackDefinition;
const victim = "aws:kms/alias:Alias trail-policyNode1";

interface Latest {
  readonly resources: readonly { readonly urn: string; readonly id: string }[];
}

/** Changes the engine's state of the stack. */
function edit(change: (latest: Latest) => Latest): void {
  const states = join(folder, "state", "222222222222", ".pulumi", "stacks", "institutional-vault");
  editState(join(states, "testnet.baseline-policy-node1.json"), change);
}

beforeEach(() => {
  // What the state does not know has to be made, without which there is no update.
  edit(({ resources, ...latest }) => ({
    ...latest,
    resources: resources.filter(({ urn }) => !urn.endsWith("EventTarget::key-endangered")),
  }));
});

type Monitor = NonNullable<ReturnType<typeof runtime.getMonitor>>;
type Answer = (error: Error) => void;

/** How a program can come to its end without the victim. */
const mishaps = {
  /** The SDK tells the engine of the end before it tells of the failure. */
  "fails to register it": (_: Monitor, answer: Answer) =>
    answer(Object.assign(new Error("lost"), { code: 2 })),
  "tells the engine of its end too early": (monitor: Monitor) =>
    monitor.signalAndWaitForShutdown(empty(), () => {}),
};

/** The program, with this happening to it in as many updates. */
function disturbed(mishap: keyof typeof mishaps, updates: number): StackDefinition {
  let left = updates;
  return {
    ...baseline,
    program(context, provider) {
      const monitor = runtime.getMonitor();
      if (monitor === undefined) throw new Error("the program runs without an engine");
      if (!runtime.isDryRun() && left > 0) {
        left -= 1;
        const register = monitor.registerResource.bind(monitor) as (...call: unknown[]) => unknown;
        const lose = (request: { getType(): string; getName(): string }, answer: Answer) =>
          `${request.getType()} ${request.getName()}` === victim
            ? setImmediate(mishaps[mishap], monitor, answer)
            : register(request, answer);
        Object.assign(monitor, { registerResource: lose });
      }
      return baseline.program(context, provider);
    },
  };
}

async function run(definition: StackDefinition) {
  const notes: string[] = [];
  const before = requestsOf(folder).length;
  const prepared = await preparedFor(installation, baseline, [nodeAdmin]);
  const outcome = await runStack(
    installation,
    await obtainEngine({ report: () => {} }),
    definition,
    prepared,
    {
      report: () => {},
      note: (line) => notes.push(line),
      stopping: () => false,
      allowPolicyReplacement: false,
    },
  ).catch((error: unknown) => error);
  const asked = requestsOf(folder).slice(before).filter(changes);
  return { outcome, notes, asked: asked.map(({ action }) => action) };
}

/** The program, which makes a rule besides. */
const besides: StackDefinition = {
  ...baseline,
  program(context, provider) {
    const eventPattern = JSON.stringify({ source: ["aws.kms"] });
    new aws.cloudwatch.EventRule(
      "besides",
      { name: `${installation.names.prefix}-besides`, eventPattern },
      { provider },
    );
    return baseline.program(context, provider);
  },
};

it("what the preview plans to delete is deleted", async () => {
  const made = await run(besides);
  expect(made.outcome).toMatchObject({ changes: { create: 2, delete: 0 } });
  const unmade = await run(baseline);
  expect(unmade.outcome).toMatchObject({ changes: { delete: 1 } });
  expect(unmade.asked).toEqual(["DeleteRule"]);
  expect(unmade.notes).toEqual([]);
  expect(inconsistencies(folder)).toEqual([]);
});

it("what was replaced in a run that was cut off before the deletion is deleted by the next one", async () => {
  await run(besides);
  edit(({ resources, ...latest }) => ({
    ...latest,
    resources: resources.map((one) => (one.urn.endsWith("::besides") ? { ...one, delete: true } : one)),
  }));
  const next = await run(baseline);
  expect(next.outcome).toMatchObject({ changes: { create: 0, delete: 0 } });
  expect(next.asked).toEqual(["DeleteRule"]);
  expect((await run(baseline)).asked).toEqual([]);
  expect(inconsistencies(folder)).toEqual([]);
});

it.each(["fails to register it", "tells the engine of its end too early"] as const)(
  "where a program %s, the engine deletes nothing, and the same run goes on",
  async (mishap) => {
    const { outcome, notes, asked } = await run(disturbed(mishap, 1));
    expect(outcome).toMatchObject({ changes: { create: 1, delete: 0 } });
    expect(notes).toContain("the engine was stopped (deletion-not-planned); it runs once more");
    expect(asked.filter((action) => action.startsWith("Delete"))).toEqual([]);
    expect(inconsistencies(folder)).toEqual([]);
  },
);

it("where it does so again, the run stops and names what was to be deleted; the next one finishes", async () => {
  const { outcome, asked } = await run(disturbed("fails to register it", 2));
  expect(outcome).toBeInstanceOf(CloudFailure);
  const { known, message } = (outcome as CloudFailure).details;
  expect(known).toBe("deletion-not-planned");
  expect(message).toContain(victim);
  expect(asked.filter((action) => action.startsWith("Delete"))).toEqual([]);

  const next = await run(baseline);
  expect(next.outcome).toMatchObject({ changes: { delete: 0 } });
  expect(inconsistencies(folder)).toEqual([]);
});
