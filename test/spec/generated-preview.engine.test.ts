import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { documentOf, ivault, newFolder } from "../support/ivault.ts";
import { type Choices, choices, dataOf, otherRegions } from "./generated-choices.ts";

const full = process.env.IVAULT_FULL === "1";

/** All that can be said of a deployment beforehand is in order, and no party is given two shards. */
function isSound({ contradiction, region, secrets, organization, oneOwner }: Choices): boolean {
  return (
    contradiction === undefined &&
    secrets &&
    !otherRegions.includes(region) &&
    organization !== "one for all" &&
    !oneOwner
  );
}

const [one, two, three, four] = fc.sample(choices.filter(isSound), { numRuns: 4, seed: 20_261_122 });

function inputFolder(chosen: Choices): string {
  const folder = mkdtempSync(join(tmpdir(), "ivault-generated-"));
  for (const [name, data] of Object.entries(dataOf(chosen)))
    writeFileSync(join(folder, name), stringify(data), { mode: 0o600 });
  return folder;
}

// The programs of generated deployments run without the engine in generated.test.ts; here the engine takes what they ask for.
describe.runIf(full)("the engine previews a generated deployment", () => {
  it.each<readonly [string, number, Partial<Choices>, Choices | undefined]>([
    [
      "inside its own network, with the published services alone",
      9,
      { exposure: "internal", components: [] },
      one,
    ],
    [
      "with every service, in four zones",
      9,
      { components: ["orchestrator", "approvalService"], zones: [..."cdef"] },
      two,
    ],
    ["each account in an organization of its own", 9, { organization: "each their own" }, three],
    ["in a sandbox", 7, { sandbox: true }, four],
  ])("%s", async (_, stackCount, wanted, sample) => {
    if (sample === undefined) throw new Error("nothing was generated");
    const chosen = { ...sample, sandbox: false, ...wanted };
    const answered = await ivault(
      ...["preview", "--rehearsal", await newFolder(), "--input", inputFolder(chosen), "--json"],
    );
    expect(answered.exitCode, answered.stderr).toBe(0);
    const { stacks, proof } = documentOf<{
      stacks: readonly { stack: string; changes: { create: number } }[];
      proof: { verdict: string };
    }>(answered);
    expect(stacks).toHaveLength(stackCount);
    for (const { stack, changes } of stacks) expect(changes.create, stack).toBeGreaterThan(5);
    expect(proof.verdict).toBe("proven");
  });
});
