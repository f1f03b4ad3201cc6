import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../automation/errors.ts";
import { buildModelFor } from "../../automation/model.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import { parseWorld } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import type { Inputs } from "../../spec/inputs.ts";
import { loadInputs, type Problem } from "../../spec/load.ts";
import { stacksOf } from "../../stacks/index.ts";
import { contextOf } from "../stacks/context.ts";
import { graphOf } from "../stacks/graph.ts";
import { type Folder, folders } from "./generated.ts";

const full = process.env.IVAULT_FULL === "1";

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

/** `refused`: what deployment.yaml asks for cannot be written as policies, or the policies break the promise. */
async function previewed(inputs: Inputs): Promise<"proven" | "refused"> {
  let model: ReturnType<typeof buildModelFor>;
  try {
    model = buildModelFor(inputs);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message).toMatch(/^\w+(\.|\[)\S+: \w/);
    return "refused";
  }
  const world = worldOf(model, inputs.deployment);
  expect(parseWorld(world)).toHaveProperty("world");
  const statuses = enumerate(world).map(({ status, witness }) => {
    if (status !== "holds") expect(JSON.stringify(witness)).toMatch(/\w/);
    return status;
  });
  for (const definition of stacksOf(inputs.deployment)) {
    const { resources } = await graphOf(definition, contextOf(inputs.deployment, inputs.walletSpec.content));
    expect(resources.length).toBeGreaterThan(0);
  }
  return statuses.every((status) => status === "holds") ? "proven" : "refused";
}

test(
  "generated deployments are answered with clear errors, or with a model that previews",
  async () => {
    const outcomes = { errors: 0, proven: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(folders, async (folder) => {
        const { inputs, problems } = await loaded(folder);
        for (const problem of problems) expectClear(folder, problem);
        expect(inputs === undefined).toBe(problems.some(({ severity }) => severity === "error"));
        outcomes[inputs === undefined ? "errors" : await previewed(inputs)] += 1;
      }),
      { numRuns: full ? 1000 : 30, ...(full ? {} : { seed: 20_261_122 }) },
    );
    // None of the three answers is missing from what was generated.
    expect(Math.min(...Object.values(outcomes)), JSON.stringify(outcomes)).toBeGreaterThan(0);
  },
  full ? 3_000_000 : 120_000,
);
