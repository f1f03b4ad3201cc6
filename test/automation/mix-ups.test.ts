import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Cloud } from "../../automation/cloud.ts";
import { type CommandOptions, rolesHere } from "../../automation/commands/command.ts";
import { runSteps } from "../../automation/driver.ts";
import { CloudFailure, Refusal } from "../../automation/errors.ts";
import { guardRun } from "../../automation/guards/run-guards.ts";
import { readInputs } from "../../automation/inputs.ts";
import { installationOn } from "../../automation/installation.ts";
import { buildModelFor } from "../../automation/model.ts";
import { readStatus } from "../../automation/status.ts";
import type { Role } from "../../automation/steps/steps.ts";
import { issueSession } from "../../rehearsal/credentials.ts";
import { openRehearsal, type Rehearsal } from "../../rehearsal/seam.ts";
import type { AccountKey, Deployment } from "../../spec/deployment.ts";
import type { Inputs } from "../../spec/inputs.ts";
import { changes, requestsOf } from "../support/ivault.ts";

const ids = { infrastructure: "111111111111", policyNode1: "222222222222", policyNode2: "333333333333" };
const admins: readonly (readonly [Role, AccountKey])[] = [
  ["infrastructure-admin", "infrastructure"],
  ["policy-node1-admin", "policyNode1"],
  ["policy-node2-admin", "policyNode2"],
];

let folder: string;
let rehearsal: Rehearsal;
let inputs: Inputs;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ivault-mix-ups-"));
  const inputsFolder = join(folder, "inputs");
  cpSync(join(import.meta.dirname, "..", "..", "examples", "institution"), inputsFolder, { recursive: true });
  await chmod(join(inputsFolder, "customer-secrets.yml"), 0o600);
  rehearsal = await openRehearsal({
    folder: join(folder, "rehearsal"),
    inputsFolder,
    ownersRoles: (read) => Object.values(buildModelFor(read).roles).filter(({ stack }) => stack === null),
  });
  inputs = await readInputs(inputsFolder);
});

afterAll(async () => {
  await rehearsal.close();
  await rm(folder, { recursive: true });
});

afterEach(() => vi.unstubAllEnvs());

/** Credentials of a principal as the stand-in issues them; other accounts than the deployment's as well. */
const sessionOf = (principal: string, issued = new Date()) =>
  issueSession(rehearsal.store, issued, principal, "somebody");
const deployRoleOf = (account: AccountKey) =>
  sessionOf(`arn:aws:iam::${ids[account]}:role/customer-testnet-deploy`);

type Credentials = Awaited<ReturnType<Cloud["credentials"]>>;

interface Mixed {
  readonly roles: readonly Role[];
  /** What the machine's credentials for each account really are; absent: none. */
  readonly credentials: Partial<Record<AccountKey, Credentials>>;
  readonly deployment?: (deployment: Deployment) => Deployment;
  /** The account whose credentials break the connection. */
  readonly broken?: AccountKey;
}

/** The stand-in accounts, taken for AWS: what guards ask of real accounts they ask here. */
function takenForReal({ credentials, deployment = (as) => as, broken }: Mixed) {
  const cloud: Cloud = {
    ...rehearsal,
    real: true,
    async credentials(account) {
      if (account === broken) throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      const found = credentials[account];
      if (found !== undefined) return found;
      throw Object.assign(new Error(`no profile for ${account}`), { name: "CredentialsProviderError" });
    },
  };
  return installationOn(
    cloud,
    { ...inputs, deployment: deployment(inputs.deployment) },
    join(folder, "rehearsal"),
  );
}

/** No guard may ask for the engine before it refuses. */
const noEngine = new Proxy(
  {},
  {
    get(_, property) {
      throw new Error(`the engine was asked for ${String(property)}`);
    },
  },
) as PulumiCommand;

async function refusalOf(mixed: Mixed): Promise<Refusal["details"]> {
  const error = await runSteps(takenForReal(mixed), noEngine, { roles: mixed.roles }).catch((one) => one);
  expect(error).toBeInstanceOf(Refusal);
  const { details } = error as Refusal;
  expect(details.hint).toBeTruthy();
  const requests = requestsOf(join(folder, "rehearsal"));
  expect(requests.filter((line) => changes(line))).toEqual([]);
  return details;
}

const wrongPermutations: readonly (readonly AccountKey[])[] = [
  ["infrastructure", "policyNode2", "policyNode1"],
  ["policyNode1", "infrastructure", "policyNode2"],
  ["policyNode2", "policyNode1", "infrastructure"],
  ["policyNode1", "policyNode2", "infrastructure"],
  ["policyNode2", "infrastructure", "policyNode1"],
];

describe("a run with the wrong credentials is refused before it has changed anything", () => {
  it.each(wrongPermutations)("admins whose accounts are mixed up as %s, %s, %s", async (...held) => {
    for (const [index, [role, account]] of admins.entries()) {
      const really = held[index];
      if (really === undefined || really === account) continue;
      const { code, message } = await refusalOf({
        roles: [role],
        credentials: { [account]: deployRoleOf(really) },
      });
      expect(code).toBe("wrong-account");
      expect(message).toContain(ids[really]);
      expect(message).toContain(ids[account]);
      expect(message).toContain(inputs.deployment.accounts[account].profile);
    }
  });

  it("a profile of an account that has nothing to do with it", async () => {
    const credentials = { policyNode1: sessionOf("arn:aws:iam::999999999999:role/other") };
    const { code, message } = await refusalOf({ roles: ["policy-node1-admin"], credentials });
    expect(code).toBe("wrong-account");
    expect(message).toContain("999999999999");
  });

  it("the management account of the account's organization", async () => {
    const organization = { id: "o-a1b2c3d4e5", managementAccount: "444444444444" };
    const { code, message } = await refusalOf({
      roles: ["policy-node2-admin"],
      credentials: { policyNode2: sessionOf("arn:aws:iam::444444444444:role/admin") },
      deployment: ({ accounts, ...rest }) => ({
        ...rest,
        accounts: { ...accounts, policyNode2: { ...accounts.policyNode2, organization } },
      }),
    });
    expect(code).toBe("management-account");
    expect(message).toContain("o-a1b2c3d4e5");
  });

  it("two shard accounts in one run, in production", async () => {
    const credentials = {
      infrastructure: deployRoleOf("infrastructure"),
      policyNode1: deployRoleOf("policyNode1"),
    };
    const { code } = await refusalOf({ roles: ["infrastructure-admin", "policy-node1-admin"], credentials });
    expect(code).toBe("two-shard-accounts");
  });

  it("a machine that could sign in to another shard account as well, in production", async () => {
    const credentials = {
      policyNode1: deployRoleOf("policyNode1"),
      policyNode2: deployRoleOf("policyNode2"),
    };
    const { code, message } = await refusalOf({ roles: ["policy-node1-admin"], credentials });
    expect(code).toBe("two-shard-accounts");
    expect(message).toContain("profile vault-policy-node2 (account 333333333333)");
  });

  it("a machine of which nobody can tell whether it could sign in to another shard account", async () => {
    const installation = takenForReal({
      roles: ["policy-node1-admin"],
      credentials: { policyNode1: deployRoleOf("policyNode1") },
      broken: "policyNode2",
    });
    const error = await runSteps(installation, noEngine, { roles: ["policy-node1-admin"] }).catch(
      (one) => one,
    );
    expect(error).toBeInstanceOf(CloudFailure);
    expect((error as CloudFailure).details).toMatchObject({ known: "network" });
    expect((error as CloudFailure).details.message).toContain("333333333333");
  });

  it("the root user of the right account", async () => {
    const credentials = { policyNode1: sessionOf("arn:aws:iam::222222222222:root") };
    const { code } = await refusalOf({ roles: ["policy-node1-admin"], credentials });
    expect(code).toBe("root-user");
  });

  it("credentials that have expired", async () => {
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    const expired = sessionOf("arn:aws:iam::222222222222:role/customer-testnet-deploy", yesterday);
    const { code } = await refusalOf({
      roles: ["policy-node1-admin"],
      credentials: { policyNode1: { ...expired, expiration: undefined } },
    });
    expect(code).toBe("credentials-unusable");
  });

  it("credentials that nobody issued", async () => {
    const made = { accessKeyId: "ASIAAAAAAAAAAAAAAAAA", secretAccessKey: "none", sessionToken: "none" };
    const { code, message } = await refusalOf({
      roles: ["policy-node1-admin"],
      credentials: { policyNode1: made },
    });
    expect(code).toBe("credentials-unusable");
    expect(message).not.toContain("ASIA");
  });

  it("no credentials at all", async () => {
    const { code, message } = await refusalOf({ roles: ["policy-node1-admin"], credentials: {} });
    expect(code).toBe("credentials-unusable");
    expect(message).toContain("vault-policy-node1");
  });

  it.each(["AWS_REGION", "AWS_DEFAULT_REGION"])(
    "%s of another Region than the deployment's",
    async (name) => {
      vi.stubEnv(name, "eu-west-1");
      const credentials = { policyNode1: deployRoleOf("policyNode1") };
      const { code, message } = await refusalOf({ roles: ["policy-node1-admin"], credentials });
      expect(code).toBe("wrong-region");
      expect(message).toContain("eu-west-1");
    },
  );

  it("credentials in the environment besides the profile of deployment.yaml, which the engine would prefer", async () => {
    const { accessKeyId } = deployRoleOf("policyNode2");
    vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
    const credentials = { policyNode1: deployRoleOf("policyNode1") };
    const { code, message } = await refusalOf({ roles: ["policy-node1-admin"], credentials });
    expect(code).toBe("two-credentials");
    expect(message).not.toContain(accessKeyId);
  });
});

it.each(admins)("the right credentials of the %s alone are accepted", async (role, account) => {
  const installation = takenForReal({ roles: [role], credentials: { [account]: deployRoleOf(account) } });
  await expect(guardRun(installation, noEngine, [role])).resolves.toBeUndefined();
});

it("a secrets file that others can read, or that git tracks, is refused", async () => {
  const secrets = join(folder, "inputs", "customer-secrets.yml");
  const mixed: Mixed = {
    roles: ["infrastructure-admin"],
    credentials: { infrastructure: deployRoleOf("infrastructure") },
  };
  await chmod(secrets, 0o640);
  expect((await refusalOf(mixed)).code).toBe("secrets-readable");
  await chmod(secrets, 0o600);
  inputs = await readInputs(join(import.meta.dirname, "..", "..", "examples", "institution"));
  try {
    const { code, message } = await refusalOf(mixed);
    expect(code).toBe("secrets-tracked");
    for (const value of readFileSync(secrets, "utf8").matchAll(/canary-[\w-]+/g)) {
      expect(message).not.toContain(value[0]);
    }
  } finally {
    inputs = await readInputs(join(folder, "inputs"));
  }
});

it("a secrets file of which git cannot say whether it tracks it is refused", async () => {
  const unreadable = join(folder, "inputs", ".git");
  execFileSync("git", ["init", "--quiet", join(folder, "inputs")]);
  writeFileSync(join(unreadable, "config"), "[core");
  try {
    const credentials = { infrastructure: deployRoleOf("infrastructure") };
    const { code, message } = await refusalOf({ roles: ["infrastructure-admin"], credentials });
    expect(code).toBe("secrets-unjudged");
    expect(message).toContain("bad config");
  } finally {
    await rm(unreadable, { recursive: true });
  }
});

it("a run with policies larger than AWS takes is refused before it has changed anything", async () => {
  const { code, message } = await refusalOf({
    roles: ["policy-node1-admin"],
    credentials: { policyNode1: deployRoleOf("policyNode1") },
    deployment: (as) => ({
      ...as,
      auditors: Array.from({ length: 60 }, (_, index) => ({
        name: `Auditor ${index}`,
        principals: [`arn:aws:iam::444444444444:role/vault-auditor-${index}`],
      })),
    }),
  });
  expect(code).toBe("policy-too-large");
  // The other accounts' as well, which this admin cannot see.
  expect(message).toMatch(/-verifier of stack baseline-policy-node2: assumeRolePolicy has \d+ characters/);
});

it("a command that only looks on does so for the accounts that this machine has credentials for, and names the others", async () => {
  const said: string[] = [];
  const options: CommandOptions = {
    input: undefined,
    rehearsal: undefined,
    roles: [],
    signal: new AbortController().signal,
    output: { format: "text", say: (text) => said.push(text), answer: () => {}, event: () => {} },
  };
  const own = takenForReal({ roles: [], credentials: { policyNode1: deployRoleOf("policyNode1") } });
  expect(await rolesHere(options, own)).toEqual(["policy-node1-admin"]);
  expect(said.map((line) => /\d{12}/.exec(line)?.[0])).toEqual(["111111111111", "333333333333"]);
  expect(await rolesHere({ ...options, roles: ["policy-node2-admin"] }, own)).toEqual(["policy-node2-admin"]);
  const none = takenForReal({ roles: [], credentials: {} });
  const { steps } = await readStatus(none, noEngine, await rolesHere(options, none));
  expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(["waiting"]));
});
