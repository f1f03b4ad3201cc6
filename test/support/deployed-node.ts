import { expect } from "vitest";
import { type Installation, openInstallation } from "../../automation/installation.ts";
import { ivault, newFolder } from "./ivault.ts";

export const nodeAdmin = "policy-node1-admin";

/** A rehearsal in which node 1's admin has deployed what they can without the others. */
export async function deployNode1(): Promise<{
  readonly folder: string;
  readonly installation: Installation;
}> {
  const folder = await newFolder();
  const deployed = await ivault("rehearse", "--dir", folder, "--as", nodeAdmin, "--json");
  expect(deployed.exitCode, deployed.stderr).toBe(5);
  return { folder, installation: await openInstallation({ input: undefined, rehearsal: folder }) };
}
