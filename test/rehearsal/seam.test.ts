import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { ListHostedZonesByNameCommand } from "@aws-sdk/client-route-53";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { awsClients } from "../../automation/aws.ts";
import { buildModelFor } from "../../automation/model.ts";
import { openRehearsal, type Rehearsal } from "../../rehearsal/seam.ts";
import type { AccountKey } from "../../spec/deployment.ts";
import type { Inputs } from "../../spec/inputs.ts";

const example = fileURLToPath(new URL("../../examples/institution", import.meta.url));
const ownersRoles = (inputs: Inputs) =>
  Object.values(buildModelFor(inputs).roles).filter(({ stack }) => stack === null);
let parent: string;
let folder: string;
let opened: Rehearsal[];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "rehearsal-"));
  folder = join(parent, "rehearsal");
  opened = [];
});
afterEach(async () => {
  for (const rehearsal of opened) await rehearsal.close();
  rmSync(parent, { recursive: true });
});

async function open(options: { inputsFolder?: string; fresh?: boolean } = {}): Promise<Rehearsal> {
  const rehearsal = await openRehearsal({ folder, ownersRoles, ...options });
  opened.push(rehearsal);
  return rehearsal;
}

async function clients(rehearsal: Rehearsal, account: AccountKey) {
  return awsClients({
    region: "us-east-2",
    endpoint: rehearsal.endpoint,
    credentials: await rehearsal.credentials(account),
  });
}

describe("a rehearsal", () => {
  test("has three accounts, each with the deploy role that its credentials are of", async () => {
    const rehearsal = await open({ inputsFolder: example });
    const expected = {
      infrastructure: "111111111111",
      policyNode1: "222222222222",
      policyNode2: "333333333333",
    } as const;
    for (const [account, id] of Object.entries(expected)) {
      const { sts, iam } = await clients(rehearsal, account as AccountKey);
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      expect(identity).toMatchObject({
        Account: id,
        Arn: `arn:aws:sts::${id}:assumed-role/customer-testnet-deploy/rehearsal`,
      });
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: "customer-testnet-deploy" }));
      expect(Role?.Arn).toBe(`arn:aws:iam::${id}:role/customer-testnet-deploy`);
    }
  });

  test("has the parent zone in the infrastructure account, with nothing delegated yet", async () => {
    const rehearsal = await open({ inputsFolder: example });
    const { route53 } = await clients(rehearsal, "infrastructure");
    const { HostedZones } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: "bank.example" }));
    expect(HostedZones?.map(({ Name }) => Name)).toEqual(["bank.example."]);
    expect(await rehearsal.dns.nameServers("testnet.bank.example")).toEqual([]);
  });

  test("keeps what it began with when it is opened again", async () => {
    const first = await open({ inputsFolder: example });
    first.store.put({ account: "111111111111", type: "test:thing", id: "kept", arn: null, properties: {} });
    const { vendorKey } = first;
    const passphrase = readFileSync(join(folder, "passphrase"), "utf8");
    await opened.pop()?.close();
    const again = await open();
    expect(again.store.get("111111111111", "test:thing", "kept")).toBeDefined();
    expect(again.vendorKey).toBe(vendorKey);
    expect(readFileSync(join(folder, "passphrase"), "utf8")).toBe(passphrase);
    expect(statSync(join(folder, "passphrase")).mode & 0o777).toBe(0o600);
    expect(again.inputsFolder).toBe(example);
  });

  test("begins anew with fresh", async () => {
    const first = await open({ inputsFolder: example });
    first.store.put({ account: "111111111111", type: "test:thing", id: "gone", arn: null, properties: {} });
    writeFileSync(join(folder, "requests.jsonl"), "old\n");
    await opened.pop()?.close();
    const anew = await open({ inputsFolder: example, fresh: true });
    expect(anew.store.get("111111111111", "test:thing", "gone")).toBeUndefined();
    expect(existsSync(join(folder, "requests.jsonl"))).toBe(false);
  });

  test("keeps the engine's state by account id, under a passphrase file", async () => {
    const { state } = await open({ inputsFolder: example });
    expect(state("policyNode1")).toEqual({
      backend: `file://${folder}/state/222222222222?metadata=skip`,
      secretsProvider: "passphrase",
      environment: { PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase") },
    });
  });
});

describe("the web of a rehearsal", () => {
  test("has the identity provider's discovery document", async () => {
    const { http } = await open({ inputsFolder: example });
    const response = await http("https://login.bank.example/tenant/.well-known/openid-configuration");
    expect(await response.json()).toMatchObject({ issuer: "https://login.bank.example/tenant" });
  });

  test("answers registries, asking for a login", async () => {
    const { http } = await open({ inputsFolder: example });
    const response = await http("https://638663786504.dkr.ecr.us-east-1.amazonaws.com/v2/");
    expect(response.status).toBe(401);
  });

  test("is nothing beyond that, and says so", async () => {
    const { http } = await open({ inputsFolder: example });
    const response = await http("https://wallet.testnet.bank.example/health");
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("Nothing stands in for wallet.testnet.bank.example/health");
  });
});

describe("a folder", () => {
  test.each([true, false])("of somebody else is refused and left alone (fresh: %s)", async (fresh) => {
    mkdirSync(folder);
    writeFileSync(join(folder, "thesis.txt"), "years of work");
    await expect(open({ inputsFolder: example, fresh })).rejects.toMatchObject({
      code: "rehearsal-folder-foreign",
    });
    expect(readdirSync(folder)).toEqual(["thesis.txt"]);
  });

  test("without a rehearsal is refused when no inputs are given", async () => {
    await expect(open()).rejects.toMatchObject({ code: "rehearsal-missing" });
    expect(existsSync(folder)).toBe(false);
  });

  test("whose marker is damaged asks for the inputs", async () => {
    await open({ inputsFolder: example });
    writeFileSync(join(folder, "ivault-rehearsal.json"), "{");
    await expect(open()).rejects.toMatchObject({ code: "rehearsal-missing" });
  });

  test("is not emptied for inputs that have errors", async () => {
    await open({ inputsFolder: example });
    const broken = join(parent, "broken");
    cpSync(example, broken, { recursive: true });
    writeFileSync(join(broken, "deployment.yaml"), "version: 2\n");
    await expect(open({ inputsFolder: broken, fresh: true })).rejects.toMatchObject({
      code: "invalid-input",
      place: { file: "deployment.yaml", line: 1, column: 1 },
    });
    expect(existsSync(join(folder, "store", "cloud.db"))).toBe(true);
  });
});
