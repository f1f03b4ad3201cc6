import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlannedResource } from "../../automation/engine/events.ts";
import { gateProblems } from "../../automation/guards/gate.ts";
import { buildModelFor } from "../../automation/model.ts";
import { accept } from "../../isolation/proof/acceptance.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import { parseWorld } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import type { Inputs } from "../../spec/inputs.ts";
import { loadInputs, type Problem } from "../../spec/load.ts";
import { stacksOf } from "../../stacks/index.ts";
import { contextOf } from "../stacks/context.ts";
import { type GraphResource, graphOf } from "../stacks/graph.ts";
import { type Folder, folders } from "./generated.ts";

const full = process.env.IVAULT_FULL === "1";
const numRuns = full ? 1000 : 16;
/** Of a deployment's stacks; which ones, is generated. */
const programsEach = full ? 3 : 1;

async function loaded(folder: Folder) {
  const path = mkdtempSync(join(tmpdir(), "ivault-generated-"));
  try {
    for (const [name, text] of Object.entries(folder)) writeFileSync(join(path, name), text);
    return await loadInputs(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

/** A person can find the place, and read what is wrong there. */
function expectClear(
  folder: Folder,
  { file, line, column, path, message, hint = "-", severity }: Problem,
): void {
  const lines = folder[file]?.split("\n");
  expect(line).toBeGreaterThanOrEqual(1);
  expect(line).toBeLessThanOrEqual(lines?.length ?? 1);
  expect(column).toBeGreaterThanOrEqual(1);
  expect(column).toBeLessThanOrEqual((lines?.[line - 1]?.length ?? 0) + 1);
  expect(["error", "warning"]).toContain(severity);
  for (const text of [path, message, hint]) {
    expect(text).toBeTypeOf("string");
    expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|Error:|\n +at |call stack|canary-/);
  }
  expect(message).not.toBe("");
}

/** What the gate is told of a resource that does not exist yet. */
function planned({ type, name, inputs, protect }: GraphResource): PlannedResource {
  return { urn: `urn:pulumi:generated::vault::${type}::${name}`, type, operation: "create", inputs, protect };
}

/**
 * `refused`: the policies that deployment.yaml asks for break the promise.
 *
 * @param first programs that are run begin with this one
 */
async function previewed(inputs: Inputs, first: number): Promise<"proven" | "refused"> {
  const model = buildModelFor(inputs);
  const world = worldOf(model, inputs.deployment);
  expect(parseWorld(world)).toHaveProperty("world");
  const statuses = enumerate(world).map((obligation) => {
    const { status, witness } = accept(world, obligation);
    if (status !== "holds" && status !== "accepted") expect(JSON.stringify(witness)).toMatch(/\w/);
    return status;
  });
  const context = contextOf(inputs.deployment, inputs.walletSpec.content);
  const definitions = stacksOf(inputs.deployment);
  for (let index = first; index < first + programsEach; index += 1) {
    const definition = definitions[index % definitions.length];
    if (definition === undefined) throw new Error("a deployment without stacks");
    const { resources } = await graphOf(definition, context);
    expect(resources.length).toBeGreaterThan(0);
    expect(gateProblems(model, definition.id, resources.map(planned), false)).toEqual([]);
  }
  return statuses.every((status) => status === "holds" || status === "accepted") ? "proven" : "refused";
}

test(
  "generated deployments are answered with clear errors, or with a model that previews",
  async ({ annotate }) => {
    const outcomes = { errors: 0, proven: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(folders, fc.nat(8), async (folder, first) => {
        const { inputs, problems } = await loaded(folder);
        for (const problem of problems) expectClear(folder, problem);
        expect(inputs === undefined).toBe(problems.some(({ severity }) => severity === "error"));
        outcomes[inputs === undefined ? "errors" : await previewed(inputs, first)] += 1;
      }),
      { numRuns, ...(full ? {} : { seed: 20_261_122 }) },
    );
    const counted = JSON.stringify(outcomes);
    await annotate(counted);
    // None of the three answers is missing from what was generated, and every other deployment or so reaches a model.
    expect(Math.min(...Object.values(outcomes)), counted).toBeGreaterThan(0);
    expect(outcomes.proven + outcomes.refused, counted).toBeGreaterThan(0.4 * numRuns);
  },
  full ? 3_000_000 : 120_000,
);
