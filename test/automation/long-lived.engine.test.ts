import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { obtainEngine } from "../../automation/engine/engine.ts";
import { openEngineStack } from "../../automation/engine/stack.ts";
import { Refusal } from "../../automation/errors.ts";
import { guardRun } from "../../automation/guards/run-guards.ts";
import type { Installation } from "../../automation/installation.ts";
import { placeOf, runStack } from "../../automation/steps/stack-run.ts";
import { preparedFor } from "../../automation/steps/step-run.ts";
import { openStore } from "../../rehearsal/store-sqlite.ts";
import type { StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { deletionGuard, stackProgram } from "../../stacks/run.ts";
import { deployNode1, nodeAdmin } from "../support/deployed-node.ts";
import { changes, documentOf, ivault, requestsOf } from "../support/ivault.ts";

let folder: string;
let installation: Installation;

beforeAll(async () => {
  ({ folder, installation } = await deployNode1());
});

afterAll(() => installation.close());

const node1 = stackDefinitions.find(({ id }) => id === "policy-node1-long-lived") as StackDefinition;
const engine = () => obtainEngine({ report: () => {} });

/** The node's keys and secrets with their policies, as the cloud has them. */
function keysAndSecrets() {
  const store = openStore(join(folder, "store"));
  try {
    return store
      .list({ account: "222222222222" })
      .filter(({ type }) => type === "aws:kms/key:Key" || type === "aws:secretsmanager/secret:Secret")
      .map(({ type, id, properties }) => ({
        type,
        id,
        policy: properties.policy,
        state: properties.keyState,
      }));
  } finally {
    store.close();
  }
}

const writes = () => requestsOf(folder).filter(changes).length;

async function openNode1() {
  const place = placeOf(installation, node1);
  const { context } = await preparedFor(installation, node1, [nodeAdmin]);
  const program = stackProgram(node1, context);
  const opened = await openEngineStack(await engine(), installation.cloud, place, program, "absent");
  if (opened === undefined) throw new Error("the stack is not there");
  return opened;
}

/** Changes each resource of a stack's state. */
async function edit(
  stack: Stack,
  change: (resource: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const { deployment, ...file } = await stack.exportStack();
  await stack.importStack({
    ...file,
    deployment: { ...deployment, resources: deployment.resources.map(change) },
  });
}

it("an update that would delete keys and secrets is refused with all of them before anything is changed", async () => {
  const before = writes();
  const prepared = await preparedFor(installation, node1, [nodeAdmin]);
  const emptied: StackDefinition = { ...node1, program: () => ({}) as never };
  const run = runStack(installation, await engine(), emptied, prepared, {
    report: () => {},
    note: () => {},
    stopping: () => false,
    allowPolicyReplacement: true,
  });
  const error = await run.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Refusal);
  const { code, message } = (error as Refusal).details;
  expect(code).toBe("long-lived-resource");
  expect(message).toContain("aws:kms/key:Key policy-node1-sealing would be deleted");
  expect(message).toContain("Secret policy-node1-encryptor-master-password would be deleted");
  expect(writes()).toBe(before);
});

it("another environment's name in the same folder is refused by what the engine's state holds", async () => {
  const input = mkdtempSync(join(tmpdir(), "ivault-inputs-"));
  cpSync(installation.inputs.folder, input, { recursive: true });
  const file = join(input, "deployment.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("environment: testnet", "environment: mainnet"));
  const before = writes();
  const refused = await ivault("rehearse", "--dir", folder, "--as", nodeAdmin, "--input", input, "--json");
  expect(refused.exitCode, refused.stderr).toBe(3);
  const { error } = documentOf<{ error: { code: string; message: string } }>(refused);
  expect(error.code).toBe("environment-frozen");
  expect(error.message).toContain("testnet.policy-node1-long-lived");
  expect(writes()).toBe(before);
});

it("another address of the wallet is refused by what the engine's state holds", async () => {
  const url = "https://wallet.testnet.earlier.example";
  const wallet = stackDefinitions.find(({ id }) => id === "wallet") as StackDefinition;
  const place = placeOf(installation, wallet);
  const opened = await openEngineStack(
    await engine(),
    installation.cloud,
    place,
    async () => ({ url }),
    "create",
  );
  await opened?.stack.up();
  await opened?.close();
  const document = {
    step: "wallet",
    environment: "testnet",
    account: "111111111111",
    createdAt: "",
    content: { url },
  };
  const handoff = join(folder, "handoffs", "wallet.json");
  writeFileSync(handoff, JSON.stringify(document));
  const error = await guardRun(installation, await engine(), ["infrastructure-admin"]).catch((one) => one);
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).details.code).toBe("url-frozen");
  rmSync(handoff);
});

it("destroyed through the engine, keys and secrets stay, with the very policies that they had", async () => {
  const before = keysAndSecrets();
  expect(before.filter(({ type }) => type === "aws:kms/key:Key").length).toBeGreaterThanOrEqual(3);
  const opened = await openNode1();
  try {
    // Neither the engine alone nor with the program.
    await expect(opened.stack.destroy({ color: "never" })).rejects.toThrow(deletionGuard);
    const withProgram = opened.stack.destroy({ color: "never", runProgram: true });
    await expect(withProgram).rejects.toThrow("the preview did not plan this deletion");
    expect(keysAndSecrets()).toEqual(before);

    // Somebody who can edit the state takes the guard away, then the protection; that they are retained in the cloud is left.
    const withoutGuard = ({ resourceHooks: _, ...resource }: Record<string, unknown>) => resource;
    await edit(opened.stack, withoutGuard);
    await expect(opened.stack.destroy({ color: "never" })).rejects.toThrow("protect");
    expect(keysAndSecrets()).toEqual(before);
    await edit(opened.stack, (resource) => ({ ...resource, protect: false }));
    // The aliases cannot be deleted by the key-admin role, which ends it.
    await expect(opened.stack.destroy({ color: "never" })).rejects.toThrow("AccessDenied");
    expect(keysAndSecrets()).toEqual(before);
  } finally {
    await opened.close();
  }
});

it("after that the same command takes the keys and secrets over again and makes none", async () => {
  const before = keysAndSecrets();
  const again = await ivault("rehearse", "--dir", folder, "--as", nodeAdmin, "--json");
  expect(again.exitCode, again.stderr).toBe(5);
  expect(keysAndSecrets()).toEqual(before);
});
