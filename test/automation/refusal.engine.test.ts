import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changes, documentOf, ivault, newFolder, requestsOf } from "../support/ivault.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "institution");

/** The example in which one person administers two shard accounts. */
function oneAdminForTwoAccounts(): string {
  const folder = mkdtempSync(join(tmpdir(), "ivault-inputs-"));
  cpSync(example, folder, { recursive: true });
  const file = join(folder, "deployment.yaml");
  const text = readFileSync(file, "utf8");
  const changed = text.replace("name: Ben Keyes", "name: Ada Admin");
  if (changed === text) throw new Error("the example's administrators have other names now");
  writeFileSync(file, changed);
  return folder;
}

it("a deployment that lets one party reach two shards is refused before anything is changed, with the way it would", async () => {
  const folder = await newFolder();
  const input = oneAdminForTwoAccounts();
  const deployed = await ivault("rehearse", "--dir", folder, "--input", input, "--json");
  expect(deployed.exitCode).toBe(3);
  const { error } = documentOf<{ error: { code: string; message: string } }>(deployed);
  expect(error.code).toBe("not-proven");
  expect(error.message).toContain("P4:actor-a violated");
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
    oneAdminForTwoAccounts(),
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
  expect(violated.map(({ id }) => id)).toEqual(["P4:actor-a"]);
  expect(violated[0]?.witness?.statements.length).toBeGreaterThan(0);
});
