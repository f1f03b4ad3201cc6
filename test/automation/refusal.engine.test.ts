import { expect, it } from "vitest";
import { exampleWith } from "../support/inputs.ts";
import { changes, documentOf, ivault, newFolder, requestsOf } from "../support/ivault.ts";

/** The example in which all accounts are members of one organization, so that whoever runs its management account administers them. */
const oneOrganization = () =>
  exampleWith({
    "organization: null": 'organization: { id: o-bank123456, managementAccount: "444444444444" }',
  });
const party = "organization:o-bank123456";

it("a deployment that lets one party reach two shards is refused before anything is changed, with the way it would", async () => {
  const folder = await newFolder();
  const input = oneOrganization();
  const deployed = await ivault("rehearse", "--dir", folder, "--input", input, "--json");
  expect(deployed.exitCode).toBe(3);
  const { error } = documentOf<{ error: { code: string; message: string } }>(deployed);
  expect(error.code).toBe("not-proven");
  expect(error.message).toContain(`P4:${party} violated`);
  expect(error.message).toContain("statement KeyAdmin");
  expect(requestsOf(folder).filter(changes)).toEqual([]);
});

it("a preview shows the violation with its witness and ends with the refusal's exit code", async () => {
  const folder = await newFolder();
  const previewed = await ivault(
    "preview",
    "--rehearsal",
    folder,
    "--input",
    oneOrganization(),
    "--stack",
    "baseline-policy-node1",
    "--json",
  );
  expect(previewed.exitCode, previewed.stderr).toBe(3);
  const { proof } = documentOf<{
    proof: {
      verdict: string;
      obligations: { id: string; status: string; witness?: { statements: unknown[] } }[];
    };
  }>(previewed);
  expect(proof.verdict).toBe("violated");
  const violated = proof.obligations.filter(({ status }) => status === "violated");
  expect(violated.map(({ id }) => id)).toEqual([`P4:${party}`]);
  expect(violated[0]?.witness?.statements.length).toBeGreaterThan(0);
});
