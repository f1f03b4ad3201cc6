import { expect, it } from "vitest";
import { exampleWith } from "../support/inputs.ts";
import { documentOf, ivault, newFolder } from "../support/ivault.ts";

/** The example as one account under one administrator would try it. */
const sandbox = () =>
  exampleWith({
    "profile: production": "profile: sandbox",
    "222222222222": "111111111111",
    "333333333333": "111111111111",
  });
const grade = "sandbox grade: one administrator reaches all shards";

interface Run {
  readonly ok: boolean;
  readonly grade?: string;
  readonly steps: readonly { readonly kind: string; readonly state: string }[];
}

it("a sandbox is deployed into one account, and every answer says what it is worth", async () => {
  const folder = await newFolder();
  const deployed = await ivault("rehearse", "--dir", folder, "--input", sandbox(), "--json");
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  const run = documentOf<Run>(deployed);
  expect(run.steps.filter(({ kind }) => kind === "stack")).toHaveLength(7);
  expect(run.steps.filter(({ state }) => state !== "done")).toEqual([]);
  expect(run.grade).toBe(grade);
  expect(deployed.stderr).toContain(grade);

  const status = await ivault("status", "--rehearsal", folder, "--json");
  expect(documentOf<Run>(status).grade).toBe(grade);

  const verified = await ivault("verify", "--rehearsal", folder, "--json");
  const { verdict, assumptions, differences } = documentOf<{
    verdict: string;
    assumptions: readonly string[];
    differences: readonly unknown[];
  }>(verified);
  expect({ verdict, differences }).toEqual({ verdict: "proven", differences: [] });
  expect(assumptions[0]).toBe(grade);
});
