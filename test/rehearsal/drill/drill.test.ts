import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Statement } from "../../../isolation/policy.ts";
import { drill } from "../../../rehearsal/drill/drill.ts";
import type { DrillCompute, DrillParty, DrillShard } from "../../../rehearsal/drill/plan.ts";
import {
  accountA,
  accountB,
  openStandIn,
  putKey,
  putRole,
  putRolePolicy,
  putSecret,
  region,
  type TestStandIn,
} from "../stand-in.ts";

let standIn: TestStandIn;
beforeEach(async () => {
  standIn = await openStandIn();
  return standIn.close;
});

const roleArn = (name: string, account = accountA) => `arn:aws:iam::${account}:role/${name}`;
const right = { "0": "ab".repeat(48), "3": "cd".repeat(48) };
const policyOf = (...Statement: readonly Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, AWS: string, rest: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Principal: { AWS },
  Action,
  Resource: "*",
  ...rest,
});
const mayAssume = (who: string): Statement => ({
  Effect: "Allow",
  Principal: { AWS: who },
  Action: "sts:AssumeRole",
});
const attested = (registers: Readonly<Record<string, string>>) => ({
  Condition: {
    StringEqualsIgnoreCase: Object.fromEntries(
      Object.entries(registers).map(([register, value]) => [
        `kms:RecipientAttestation:PCR${register}`,
        value,
      ]),
    ),
  },
});

/** A shard in account A, whose key has these statements and whose secret is its account's matter. */
function shard(...statements: readonly Statement[]): DrillShard {
  const keyArn = putKey(standIn.store, accountA, "sealing", { policy: policyOf(...statements) });
  putRole(standIn.store, accountA, "node");
  const secretArns = [putSecret(standIn.store, accountA, "password")];
  const pcrs = { "0": [right["0"]], "3": [right["3"]] };
  return {
    node: 0,
    keyArn,
    secretArns,
    nodeRoleArn: roleArn("node"),
    pcrs,
    encryptionContext: { node: "0" },
  };
}

const party = (rest: Partial<DrillParty>): DrillParty => ({
  id: "somebody",
  principals: [],
  accounts: [],
  holds: [],
  ...rest,
});

async function played(
  target: DrillShard,
  who: DrillParty,
  principals: readonly string[] = [],
  compute: readonly DrillCompute[] = [],
) {
  const [cell] = await drill({
    store: join(standIn.folder, "store"),
    region,
    plan: { parties: [who], shards: [target], principals, compute },
    report: () => {},
  });
  return cell;
}

test("a key that nobody is let into refuses everybody, and says what refused", async () => {
  const target = shard(allow("kms:DescribeKey", accountA));
  const cell = await played(target, party({ principals: [roleArn("customer-testnet-deploy")] }));
  expect(cell).toMatchObject({
    drill: "refused",
    by: expect.stringContaining("because no resource-based policy"),
  });
  expect(cell?.attempts).toBeGreaterThan(30);
});

test.each([
  "kms:Decrypt",
  "kms:GenerateDataKeyPair",
  "kms:PutKeyPolicy",
  "kms:CreateGrant",
  "kms:ReEncryptFrom",
  "kms:ReplicateKey",
  "kms:ImportKeyMaterial",
  "kms:UpdatePrimaryRegion",
])("%s on the key reaches the shard", async (action) => {
  putRole(standIn.store, accountA, "attacker");
  const target = shard(allow(action, roleArn("attacker")));
  const cell = await played(target, party({ principals: [roleArn("attacker")] }));
  expect(cell).toMatchObject({ drill: "reached", by: expect.stringContaining(`${action} as somebody`) });
});

test("the node's own attested use is no reach, with one measurement less it is", async () => {
  const node = party({ principals: [roleArn("node")] });
  expect(await played(shard(allow("kms:Decrypt", roleArn("node"), attested(right))), node)).toMatchObject({
    drill: "refused",
  });
  const lax = shard(allow("kms:Decrypt", roleArn("node"), attested({ "0": right["0"] })));
  expect(await played(lax, node)).toMatchObject({
    drill: "reached",
    by: expect.stringContaining("attesting PCR 0"),
  });
});

test("anybody else who may decrypt reaches the shard, however well attested", async () => {
  putRole(standIn.store, accountA, "attacker");
  const target = shard(allow("kms:Decrypt", roleArn("attacker"), attested(right)));
  expect(await played(target, party({ principals: [roleArn("attacker")] }))).toMatchObject({
    drill: "reached",
    by: expect.stringContaining("attesting PCR 0, 3"),
  });
});

test("a password that somebody knows is planted by two of a party together", async () => {
  putRole(standIn.store, accountA, "encryptor");
  putRole(standIn.store, accountA, "writer");
  putRolePolicy(standIn.store, accountA, "writer", "write", {
    Effect: "Allow",
    Action: "secretsmanager:PutSecretValue",
    Resource: "*",
  });
  const target = shard(allow("kms:Encrypt", roleArn("encryptor")));
  const both = party({ principals: [roleArn("encryptor"), roleArn("writer")] });
  expect(await played(target, both)).toMatchObject({
    drill: "reached",
    by: expect.stringContaining("PutSecretValue"),
  });
  expect(await played(target, party({ principals: [roleArn("encryptor")] }))).toMatchObject({
    drill: "refused",
  });
});

test("a chain of roles across accounts is walked to its end", async () => {
  putRole(standIn.store, accountB, "first");
  putRolePolicy(standIn.store, accountB, "first", "go", {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: "*",
  });
  putRole(standIn.store, accountA, "second", mayAssume(accountB));
  putRole(standIn.store, accountA, "last", mayAssume(roleArn("second")));
  const target = shard(allow("kms:Decrypt", roleArn("last")));
  const chain = [roleArn("second"), roleArn("last")];
  const cell = await played(target, party({ principals: [roleArn("first", accountB)] }), chain);
  expect(cell).toMatchObject({ drill: "reached", by: expect.stringContaining("last, assumed by") });
});

test.each([
  ["iam:UpdateAssumeRolePolicy", "assumed by"],
  ["iam:PutRolePolicy", "rewritten by"],
  ["iam:AttachRolePolicy", "rewritten by"],
  ["iam:DeleteRolePermissionsBoundary", "rewritten by"],
])("%s on a role that reaches a shard reaches it too", async (action, how) => {
  putRole(standIn.store, accountA, "attacker");
  putRolePolicy(standIn.store, accountA, "attacker", "rights", {
    Effect: "Allow",
    Action: action,
    Resource: "*",
  });
  putRole(standIn.store, accountA, "keyadmin");
  const target = shard(allow("kms:PutKeyPolicy", roleArn("keyadmin")));
  const cell = await played(target, party({ principals: [roleArn("attacker")] }), [roleArn("keyadmin")]);
  expect(cell).toMatchObject({ drill: "reached", by: expect.stringContaining(how) });
});

test.each([
  ["ecs-tasks.amazonaws.com", ["iam:PassRole", "ecs:*"]],
  ["ec2.amazonaws.com", ["iam:PassRole", "ec2:RunInstances"]],
])("a role that trusts %s is reached by who may pass it and start something", async (Service, Action) => {
  putRole(standIn.store, accountA, "attacker");
  putRolePolicy(standIn.store, accountA, "attacker", "rights", { Effect: "Allow", Action, Resource: "*" });
  putRole(standIn.store, accountA, "carried", {
    Effect: "Allow",
    Principal: { Service },
    Action: "sts:AssumeRole",
  });
  putRole(standIn.store, accountA, "other", {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  const attacker = party({ principals: [roleArn("attacker")] });
  const target = shard(allow("kms:Decrypt", roleArn("carried")));
  const carried = await played(target, attacker, [roleArn("carried")]);
  expect(carried).toMatchObject({ drill: "reached", by: expect.stringContaining("passed to compute by") });
  const refused = await played(shard(allow("kms:Decrypt", roleArn("other"))), attacker, [roleArn("other")]);
  expect(refused).toMatchObject({ drill: "refused" });
});

test("who administers an account is every principal of it, and nobody of another", async () => {
  putRole(standIn.store, accountA, "keyadmin");
  const target = shard(allow("kms:PutKeyPolicy", roleArn("keyadmin")));
  const principals = [roleArn("keyadmin"), roleArn("customer-testnet-deploy", accountB)];
  expect(await played(target, party({ accounts: [accountA] }), principals)).toMatchObject({
    drill: "reached",
  });
  expect(await played(target, party({ accounts: [accountB] }), principals)).toMatchObject({
    drill: "refused",
  });
});

test("a person whom the cloud does not know may do everything in their account", async () => {
  const target = shard(allow("kms:*", accountA));
  const person = `arn:aws:iam::${accountA}:user/alice`;
  expect(await played(target, party({ principals: [person] }))).toMatchObject({ drill: "reached" });
});

test("a grantee reaches the shard whatever the grant is for; so do recovery key and backup in one hand", async () => {
  putRole(standIn.store, accountA, "attacker");
  const target = shard();
  const grant = {
    grantId: "g1",
    keyId: "sealing",
    granteePrincipal: roleArn("attacker"),
    operations: ["DescribeKey"],
  };
  standIn.store.put({
    account: accountA,
    type: "aws:kms/grant:Grant",
    id: "g1",
    arn: null,
    properties: grant,
  });
  expect(await played(target, party({ principals: [roleArn("attacker")] }))).toMatchObject({
    drill: "reached",
    by: expect.stringContaining("grant g1"),
  });
  expect(await played(target, party({ holds: ["ers-key", "backup"] }))).toMatchObject({ drill: "reached" });
  expect(await played(target, party({ holds: ["ers-key"] }))).toMatchObject({ drill: "refused" });
});

test("the rehearsal itself is left as it was", async () => {
  putRole(standIn.store, accountA, "attacker");
  const target = shard(allow("kms:*", roleArn("attacker")));
  const before = JSON.stringify(standIn.store.list({}));
  await played(target, party({ principals: [roleArn("attacker")], accounts: [accountA] }), [roleArn("node")]);
  expect(JSON.stringify(standIn.store.list({}))).toBe(before);
});
