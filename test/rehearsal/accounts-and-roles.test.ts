import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { ListAliasesCommand } from "@aws-sdk/client-kms";
import { ListHostedZonesByNameCommand } from "@aws-sdk/client-route-53";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { awsClients } from "../../automation/aws.ts";
import type { Statement } from "../../isolation/policy.ts";
import { accountA, accountB, openStandIn, putRole, region, type TestStandIn } from "./stand-in.ts";

let standIn: TestStandIn;
beforeAll(async () => {
  standIn = await openStandIn();
  return standIn.close;
});

const deployRole = `arn:aws:iam::${accountA}:role/customer-testnet-deploy`;
const trust = (principal: string, rest: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Principal: { AWS: principal },
  Action: "sts:AssumeRole",
  ...rest,
});

describe("credentials", () => {
  test("say which account and principal asks", async () => {
    const identity = await standIn.clients(accountB).sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: accountB,
      Arn: `arn:aws:sts::${accountB}:assumed-role/customer-testnet-deploy/test`,
    });
  });

  test("that nobody issued are refused and written down without an account", async () => {
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x", sessionToken: "y" };
    const clients = awsClients({ region, endpoint: standIn.url, credentials });
    await expect(clients.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(clients.kms.send(new ListAliasesCommand({}))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    expect(standIn.log().at(-1)).toMatchObject({
      account: null,
      principal: null,
      service: "kms",
      action: "ListAliases",
      decision: "deny",
      status: 400,
    });
  });

  test.each(["secretAccessKey", "sessionToken"] as const)("with a wrong %s are refused", async (part) => {
    const issued = standIn.cloud.issueSession(deployRole, "test");
    const { kms, route53 } = awsClients({
      region,
      endpoint: standIn.url,
      credentials: { ...issued, [part]: "something else" },
    });
    await expect(kms.send(new ListAliasesCommand({}))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    await expect(route53.send(new ListHostedZonesByNameCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  test("are still good after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "restarted-"));
    const first = await openStandIn(folder);
    const credentials = first.cloud.issueSession(deployRole, "test");
    await first.close();
    const second = await openStandIn(folder);
    const { sts } = awsClients({ region, endpoint: second.url, credentials });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(accountA);
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

describe("assuming a role", () => {
  const assume = (RoleArn: string, account = accountA) =>
    standIn.clients(account).sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "alice" }));

  test.each([
    ["the role that asks", trust(deployRole)],
    ["its account's root", trust(`arn:aws:iam::${accountA}:root`)],
    [
      "its account's root, conditioned on the role",
      trust(accountA, { Condition: { ArnEquals: { "aws:PrincipalArn": deployRole } } }),
    ],
  ])("works where the trust names %s", async (_, statement) => {
    const arn = putRole(standIn.store, accountA, "customer-testnet-sealing", statement);
    const { Credentials, AssumedRoleUser } = await assume(arn);
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${accountA}:assumed-role/customer-testnet-sealing/alice`);
    const { sts } = awsClients({
      region,
      endpoint: standIn.url,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken,
      },
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(AssumedRoleUser?.Arn);
  });

  test.each([
    ["another role alone", [trust(`arn:aws:iam::${accountA}:role/somebody-else`)]],
    ["a service", [{ ...trust(""), Principal: { Service: "ecs-tasks.amazonaws.com" } }]],
    [
      "it under a condition that cannot be judged",
      [trust(deployRole, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
    ],
    ["it, and denies it too", [trust(deployRole), trust("*", { Effect: "Deny" })]],
  ])("is refused where the trust names %s", async (_, statements) => {
    const arn = putRole(standIn.store, accountA, "guarded", ...statements);
    await expect(assume(arn)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(standIn.log().at(-1)).toMatchObject({
      action: "AssumeRole",
      resource: arn,
      decision: "deny",
      by: expect.stringContaining(`trust policy ${arn}`),
    });
  });

  test("is refused across accounts unless both sides allow it, and for a role that does not exist", async () => {
    const arn = putRole(standIn.store, accountB, "theirs", trust(accountB));
    await expect(assume(arn)).rejects.toMatchObject({ name: "AccessDenied" });
    const open = putRole(standIn.store, accountB, "open", trust("*"));
    expect((await assume(open)).Credentials).toBeDefined();
    putRole(standIn.store, accountA, "without-rights");
    const { sts } = standIn.clients(accountA, "without-rights");
    const asked = sts.send(new AssumeRoleCommand({ RoleArn: open, RoleSessionName: "alice" }));
    await expect(asked).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume(`arn:aws:iam::${accountA}:role/nothing`)).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });
});

test("IAM reads the roles of the caller's account with their inline policies", async () => {
  const arn = putRole(standIn.store, accountB, "reader", trust(deployRole));
  const document =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}';
  const policy = { role: "reader", name: "reads <all>", policy: document };
  standIn.store.put({
    account: accountB,
    type: "aws:iam/rolePolicy:RolePolicy",
    id: "reader:x",
    arn: null,
    properties: policy,
  });
  const { iam } = standIn.clients(accountB);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: "reader" }));
  expect(Role?.Arn).toBe(arn);
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toMatchObject({
    Statement: [trust(deployRole)],
  });
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: "reader" }));
  expect(PolicyNames).toEqual(["reads <all>"]);
  const read = await iam.send(new GetRolePolicyCommand({ RoleName: "reader", PolicyName: "reads <all>" }));
  expect(decodeURIComponent(read.PolicyDocument ?? "")).toBe(document);
  const { Roles } = await iam.send(new ListRolesCommand({}));
  expect(Roles?.map(({ RoleName }) => RoleName)).toContain("reader");
  expect((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({
    AccountMFAEnabled: 1,
  });
  await expect(
    standIn.clients(accountA).iam.send(new GetRoleCommand({ RoleName: "reader" })),
  ).rejects.toMatchObject({
    name: "NoSuchEntityException",
  });
});

test("every request is one line of the log, with exactly the fields that its readers rely on", async () => {
  const { sts } = standIn.clients(accountA);
  const before = standIn.log().length;
  await Promise.all(Array.from({ length: 10 }, () => sts.send(new GetCallerIdentityCommand({}))));
  const lines = standIn.log().slice(before);
  expect(lines).toHaveLength(10);
  for (const { time, ...line } of lines) {
    expect(new Date(time).toISOString()).toBe(time);
    expect(line).toEqual({
      account: accountA,
      principal: `arn:aws:sts::${accountA}:assumed-role/customer-testnet-deploy/test`,
      service: "sts",
      action: "GetCallerIdentity",
      decision: "allow",
      by: "every caller may ask who it is",
      status: 200,
    });
  }
});
