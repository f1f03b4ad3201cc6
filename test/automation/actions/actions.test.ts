import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../../automation/actions/action.ts";
import { recordBackup } from "../../../automation/actions/backup.ts";
import { actionFor } from "../../../automation/actions/index.ts";
import { imageDigests } from "../../../automation/actions/service-images.ts";
import { ActionableError } from "../../../automation/errors.ts";
import type { ActionId } from "../../../automation/steps/steps.ts";
import { sha256Hex } from "../../../automation/text/canonical-json.ts";
import { accountOfNode } from "../../../spec/deployment.ts";
import { openRehearsed, type Rehearsed } from "./rehearsed.ts";

let rehearsed: Rehearsed;
beforeAll(async () => {
  rehearsed = await openRehearsed();
}, 60_000);
afterAll(async () => {
  await rehearsed.close();
});

async function inspect(id: ActionId, options = {}): Promise<Finding> {
  return await actionFor(id).inspect(await rehearsed.context(id, options));
}

/** Performs a step as the driver does, and finds it done afterwards. */
async function run(id: ActionId, options = {}): Promise<Finding> {
  const context = await rehearsed.context(id, options);
  const before = await actionFor(id).inspect(context);
  const after = before.state === "done" ? before : await actionFor(id).perform(context);
  expect(after.state, after.detail).toBe("done");
  expect(await actionFor(id).inspect(context)).toMatchObject({ state: "done" });
  return after;
}

async function requestsDuring(
  work: () => Promise<unknown>,
): Promise<{ account: string; action: string; resource?: string }[]> {
  const file = join(rehearsed.installation.folder, "requests.jsonl");
  const lines = async () => (existsSync(file) ? (await readFile(file, "utf8")).trimEnd().split("\n") : []);
  const before = (await lines()).length;
  await work();
  return (await lines()).slice(before).map((line) => JSON.parse(line));
}

const writing = /^(Put|Create|Update|Delete|Run|Generate|Sign|Change|Upload|Complete|Initiate)/;

async function handoffText(id: string): Promise<string> {
  return await readFile(join(rehearsed.installation.folder, "handoffs", `${id}.json`), "utf8");
}

async function refusal(work: Promise<unknown>): Promise<ActionableError> {
  return await work.then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(ActionableError);
      return error as ActionableError;
    },
  );
}

describe("before anything is deployed", () => {
  test.each(["doctor", "ers", "tokens", "environment", "authenticate"] as const)(
    "%s is done by looking",
    async (id) => {
      const requests = await requestsDuring(() => run(id));
      expect(requests.filter(({ action }) => writing.test(action))).toEqual([]);
    },
  );

  test("an image that the vendor's key did not sign is refused by digest", async () => {
    const { inputs } = rehearsed.installation;
    const { release } = inputs.deployment;
    const wallet = release.images.wallet ?? release.deployer;
    const deployment = {
      ...inputs.deployment,
      release: { ...release, deployer: { repository: wallet.repository, digest: release.brokerBase.digest } },
    };
    const error = await refusal(inspect("authenticate", { inputs: { deployment } }));
    expect(error.details.code).toBe("image-not-verified");
    expect(error.exitCode).toBe(3);
  });

  test("credentials of another account are refused, and every problem is named", async () => {
    const context = await rehearsed.context("doctor");
    const { inputs } = context;
    const { accounts, sizes } = inputs.deployment;
    const deployment = {
      ...inputs.deployment,
      accounts: { ...accounts, policyNode1: { ...accounts.policyNode1, id: "999999999999" } },
      sizes: { ...sizes, zones: ["eu-west-1a", "us-east-2b"] },
    };
    const error = await refusal(
      actionFor("doctor").inspect({ ...context, inputs: { ...inputs, deployment } }),
    );
    expect(error.details.message).toContain("belongs to account 222222222222");
    expect(error.details.message).toContain("eu-west-1a");
  });

  test("the vendor's specification is saved; a changed one is refused with both hashes", async () => {
    await run("specs");
    expect(await readdir(join(rehearsed.installation.folder, "specs"))).toEqual([
      "bd-wallet.yaml",
      "bootstrap.yaml",
    ]);
    const { walletSpec } = rehearsed.installation.inputs;
    const changed = { ...walletSpec, sha256: sha256Hex("another") };
    const error = await refusal(inspect("specs", { inputs: { walletSpec: changed } }));
    expect(error.details.message).toContain(walletSpec.sha256);
    expect(error.details.message).toContain(changed.sha256);
  });

  test("what AWS answers instead keeps what is known of it, and the step is named", async () => {
    const context = await rehearsed.context("specs");
    const answer = { name: "SlowDown", $fault: "client", $metadata: { httpStatusCode: 503 } };
    const send = async () => {
      throw Object.assign(new Error("Please reduce your request rate."), answer);
    };
    const aws: typeof context.aws = (account) => ({ ...context.aws(account), s3: { send } as never });
    const error = await refusal(actionFor("specs").inspect({ ...context, aws }));
    expect(error.details).toMatchObject({ known: "throttled" });
    expect(error.details.message).toContain("Step specs: SlowDown (status 503)");
  });

  test("a bootstrap.yaml of the customer's own is told and not refused", async () => {
    const { bootstrapSpec } = rehearsed.installation.inputs;
    const found = await inspect("specs", {
      inputs: { bootstrapSpec: { ...bootstrapSpec, sha256: sha256Hex("tuned") } },
    });
    expect(found).toMatchObject({ state: "done", detail: expect.stringContaining("changed by you") });
  });

  test("the broker's digest is its base's until the release is here, and its own from then on", async () => {
    const { brokerBase, images } = rehearsed.installation.inputs.deployment.release;
    const before = await imageDigests(await rehearsed.context("service-images"));
    expect(before).toMatchObject({ broker: brokerBase.digest, wallet: images.wallet?.digest });
    await run("release");
    const after = await imageDigests(await rehearsed.context("service-images"));
    expect(after.broker).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(after.broker).not.toBe(brokerBase.digest);
  });

  test("a release that deployment.yaml describes otherwise is refused", async () => {
    const { deployment } = rehearsed.installation.inputs;
    const changed = { ...deployment, release: { ...deployment.release, version: "9.9.9" } };
    const error = await refusal(inspect("release", { inputs: { deployment: changed } }));
    expect(error.details.message).toContain("9.9.9");
  });
});

describe("in the infrastructure account", () => {
  test("the zone is delegated in the parent zone when that is the account's own", async () => {
    expect(await inspect("dns-delegation")).toMatchObject({ state: "ready" });
    await run("dns-delegation");
  });

  test("a parent zone of somebody else's is waited for, with the records to enter", async () => {
    const { deployment } = rehearsed.installation.inputs;
    const changed = { ...deployment, dns: { parentZone: "other.example" } };
    expect(await inspect("dns-delegation", { inputs: { deployment: changed } })).toMatchObject({
      state: "waiting",
      waitingFor: "parent zone's owner",
      detail: expect.stringContaining("ns-1.awsdns-01.org"),
    });
  });

  test("images are copied digest for digest, and copied once", async () => {
    const first = await run("service-images");
    expect(first.changes).toEqual({ create: 5 });
    const requests = await requestsDuring(() => run("service-images"));
    expect(requests.filter(({ action }) => writing.test(action))).toEqual([]);
  });
});

describe("a node's secrets", () => {
  test("are made in the node's own account, by its sealing role, and nowhere else", async () => {
    for (const node of [0, 1, 2] as const) {
      const requests = await requestsDuring(() => run(`secrets-policy-node${node}`));
      const own = rehearsed.installation.inputs.deployment.accounts[accountOfNode(node)].id;
      expect(new Set(requests.map(({ account }) => account))).toEqual(new Set([own]));
      expect(requests.map(({ action }) => action)).toContain("GenerateDataKeyWithoutPlaintext");
      // Secrets Manager decrypts with the vault key; nobody decrypts with the sealing key.
      const sealingKey = (await rehearsed.installation.handoffs.read(`policy-node${node}-long-lived`))
        ?.sealingKeyArn;
      const opened = requests.filter(
        ({ action, resource }) => action === "Decrypt" && resource === sealingKey,
      );
      expect(opened).toEqual([]);
    }
  });

  test("stay as they are, and a lost hand-off is written again the same", async () => {
    const before = JSON.parse(await handoffText("secrets-policy-node1")).content;
    await rm(join(rehearsed.installation.folder, "handoffs", "secrets-policy-node1.json"));
    expect(await inspect("secrets-policy-node1")).toMatchObject({ state: "ready" });
    const requests = await requestsDuring(() => run("secrets-policy-node1"));
    expect(requests.filter(({ action }) => writing.test(action))).toEqual([]);
    expect(JSON.parse(await handoffText("secrets-policy-node1")).content).toEqual(before);
  });

  test("are in no hand-off", async () => {
    const { model, awsAs } = await rehearsed.context("secrets-policy-node1");
    const client = awsAs("policyNode1", model.names.sealingRole(1).arn).secretsManager;
    const handoff = await handoffText("secrets-policy-node1");
    for (const name of ["node-private-key", "tls-private-key", "db-info", "broker-info"]) {
      const { SecretString: value = "" } = await client.send(
        new GetSecretValueCommand({ SecretId: model.names.secret(`policy-node1.${name}`) }),
      );
      const secrets = value.startsWith("{") ? JSON.parse(value) : { KEY: value };
      for (const part of [secrets.KEY, secrets.PRIVATE_KEY, secrets.DB_PASSWORD, secrets.PASSWORD]) {
        if (part !== undefined) expect(handoff).not.toContain(JSON.stringify(part).slice(1, -1));
      }
    }
  });
});

describe("wallet and broker", () => {
  test("are filled once; only what the customer's file changed is written again", async () => {
    await run("secrets-wallet");
    const { customerSecrets } = rehearsed.installation.inputs;
    if (customerSecrets === undefined) throw new Error("the example has no secrets file");
    const content = { ...customerSecrets.content, ubiquity_auth_token: "another-token" };
    const options = { inputs: { customerSecrets: { ...customerSecrets, content } } };
    const revision = JSON.parse(await handoffText("secrets-wallet")).content.revision;
    const requests = await requestsDuring(() => run("secrets-wallet", options));
    expect(requests.filter(({ action }) => action === "PutSecretValue")).toHaveLength(1);
    expect(JSON.parse(await handoffText("secrets-wallet")).content.revision).not.toBe(revision);
    expect(await handoffText("secrets-wallet")).not.toContain("another-token");
    await run("secrets-wallet");
  });

  test("keep the customer's values once the file is wiped", async () => {
    const options = { inputs: { customerSecrets: undefined } };
    expect(await inspect("secrets-wallet", options)).toMatchObject({ state: "done" });
    expect(await inspect("tokens", options)).toMatchObject({ state: "done" });
    expect(await inspect("ers", options)).toMatchObject({ state: "done" });
  });

  test("a node's request for another name is not signed", async () => {
    const context = await rehearsed.context("secrets-wallet");
    const own = await context.handoffs.read("secrets-policy-node2");
    const read = async (id: string) => {
      const content = await context.handoffs.read(id as "secrets-policy-node1");
      return id === "secrets-policy-node1" && content !== undefined && own !== undefined
        ? { ...content, tlsRequest: own.tlsRequest }
        : content;
    };
    const handoffs = { ...context.handoffs, read: read as typeof context.handoffs.read };
    const error = await refusal(actionFor("secrets-wallet").inspect({ ...context, handoffs }));
    expect(error.details.message).toContain("node2.testnet.customer.internal");
  });
});

describe("a node's configuration", () => {
  test("is written and signed in the node's own account with nothing but hand-offs of the others", async () => {
    for (const node of [0, 1, 2] as const) {
      const requests = await requestsDuring(() => run(`configure-policy-node${node}`));
      const own = rehearsed.installation.inputs.deployment.accounts[accountOfNode(node)].id;
      expect(new Set(requests.map(({ account }) => account))).toEqual(new Set([own]));
      const again = await requestsDuring(() => run(`configure-policy-node${node}`));
      expect(again.filter(({ action }) => writing.test(action))).toEqual([]);
    }
  });

  test.each([
    ["another key in the node's own entry", "publicKey", "policy node 1"],
    ["another certificate", "certificate", "policy node 1"],
  ] as const)("is refused for %s, hash right or wrong", async (_, field, named) => {
    const context = await rehearsed.context("configure-policy-node1");
    const read = async (id: string) => {
      const content = await context.handoffs.read(id as "secrets-wallet");
      if (id !== "secrets-wallet" || content === undefined) return content;
      const [own, other] = [content.peers["1"], content.peers["2"]];
      if (own === undefined || other === undefined) throw new Error("no peers");
      return { ...content, peers: { ...content.peers, "1": { ...own, [field]: other[field] } } };
    };
    const handoffs = { ...context.handoffs, read: read as typeof context.handoffs.read };
    const error = await refusal(actionFor("configure-policy-node1").perform({ ...context, handoffs }));
    expect(error.details.message).toContain("its hash");
    expect(error.details.message).toContain(named);
  });
});

describe("start-up", () => {
  test("database-init runs its task once and says that no database ran", async () => {
    expect(await run("database-init")).toMatchObject({ evidence: "not established" });
    const requests = await requestsDuring(() => run("database-init"));
    expect(requests.map(({ action }) => action)).not.toContain("RunTask");
  });

  test("start sets the desired count and does not claim health", async () => {
    const found = await run("start");
    expect(found.detail).toContain("wallet 2/2");
    expect(found.detail).toContain("health not established");
  });

  test("bootstrap waits for health, runs once with the override, and refuses a changed file with its lines", async () => {
    expect(await inspect("bootstrap")).toMatchObject({
      state: "waiting",
      waitingFor: "infrastructure-admin",
    });
    const first = await run("bootstrap", { withoutHealth: true });
    expect(first.detail).toContain("--without-health");
    const requests = await requestsDuring(() => run("bootstrap"));
    expect(requests.map(({ action }) => action)).not.toContain("RunTask");
    const { bootstrapSpec } = rehearsed.installation.inputs;
    const text = `${bootstrapSpec.text}# one more line\n`;
    const error = await refusal(
      inspect("bootstrap", {
        inputs: { bootstrapSpec: { ...bootstrapSpec, text, sha256: sha256Hex(text) } },
      }),
    );
    expect(error.details.message).toContain("+ # one more line");
    expect(error.exitCode).toBe(3);
  });

  test("the backup waits for a person, and a keeper is neither their own witness nor a custodian of the recovery key", async () => {
    expect(await inspect("backup")).toMatchObject({ state: "waiting" });
    const context = await rehearsed.context("backup");
    const evidence = { sha256: "a".repeat(64), place: "vault 3", keeper: "Eli Elm", witness: "eli elm " };
    expect((await refusal(recordBackup(context, evidence))).exitCode).toBe(2);
    const [custodian] = context.inputs.deployment.custodians;
    const withRecoveryKey = { ...evidence, keeper: `${custodian?.name} `, witness: "Fay Fir" };
    expect((await refusal(recordBackup(context, withRecoveryKey))).exitCode).toBe(3);
    expect(await inspect("backup")).toMatchObject({ state: "waiting" });
    await recordBackup(context, { ...evidence, witness: "Fay Fir" });
    expect(await inspect("backup")).toMatchObject({
      state: "done",
      detail: expect.stringContaining("Fay Fir"),
    });
  });
});

test("what AWS refuses is told as the cloud's failure, with the step's name", async () => {
  const context = await rehearsed.context("start");
  const handoffs = {
    ...context.handoffs,
    read: (async (id: string) => {
      const content = await context.handoffs.read(id as "baseline-infrastructure");
      return id === "baseline-infrastructure" ? { ...content, clusterName: "gone" } : content;
    }) as typeof context.handoffs.read,
  };
  const error = await refusal(actionFor("start").inspect({ ...context, handoffs }));
  expect(error.exitCode).toBe(4);
  expect(error.details.message).toContain("Step start: ClusterNotFoundException");
});
