import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as docker from "@pulumi/docker";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { policyText } from "../../../isolation/policy.ts";
import { publicRegistryAccount } from "../../../rehearsal/accounts.ts";
import { putImage } from "../../../rehearsal/images.ts";
import { AwsError, type StandInCloud } from "../../../rehearsal/request.ts";
import {
  accountA,
  accountB,
  openStandIn,
  putRole,
  putRolePolicy,
  region,
  type TestStandIn,
} from "../stand-in.ts";
import { openStack, type TestStack } from "./engine-stack.ts";

let standIn: TestStandIn;
let open: TestStack[];
beforeEach(async () => {
  standIn = await openStandIn();
  open = [];
  return standIn.close;
});
afterEach(async () => {
  for (const each of open) await each.close();
});

async function stackOver(cloud: StandInCloud, account = accountA): Promise<TestStack> {
  const opened = await openStack(cloud, { account });
  open.push(opened);
  return opened;
}

const provider = (more: aws.ProviderArgs = {}) =>
  new aws.Provider("aws", { region, allowedAccountIds: [accountA], ...more });

const keyPolicy = (account: string) =>
  policyText({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Root",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });

/** A key and a secret under it. */
const vault =
  ({ description = "first", name = "vault", imported = undefined as string | undefined } = {}): PulumiFn =>
  async () => {
    const options = { provider: provider() };
    const policy = keyPolicy(accountA);
    const key = new aws.kms.Key(
      "key",
      { description, policy, tags: { "ivault:resource": "example/key" } },
      { ...options, import: imported },
    );
    const secret = new aws.secretsmanager.Secret(
      "secret",
      { name, kmsKeyId: key.arn, recoveryWindowInDays: 0 },
      options,
    );
    return { keyArn: key.arn, secretArn: secret.arn };
  };

test("a stack is previewed, made, left alone, changed, replaced and taken down", async () => {
  const stack = await stackOver(standIn.cloud);
  expect(await stack.run("preview", vault())).toEqual([
    "create example-dev.example",
    "create aws",
    "create key",
    "create secret",
  ]);
  expect(standIn.store.list({ account: accountA, type: "aws:kms/key:Key" })).toEqual([]);

  await stack.run("up", vault());
  const [key] = standIn.store.list({ account: accountA, type: "aws:kms/key:Key" });
  const outputs = await stack.stack.outputs();
  expect(outputs.keyArn?.value).toBe(key?.arn);
  expect(outputs.secretArn?.value).toMatch(
    /^arn:aws:secretsmanager:us-east-2:111111111111:secret:vault-[A-Za-z0-9]{6}$/,
  );

  expect(await stack.run("preview", vault())).toEqual([]);
  expect(await stack.run("up", vault({ description: "second" }))).toEqual(["update key"]);
  expect(standIn.store.get(accountA, "aws:kms/key:Key", `${key?.id}`)?.properties).toMatchObject({
    description: "second",
  });
  expect(await stack.run("up", vault({ description: "second", name: "other" }))).toEqual([
    "create-replacement secret",
    "replace secret",
    "delete-replaced secret",
  ]);

  expect(await stack.run("refresh", vault())).toEqual([]);
  await stack.run("destroy", vault());
  expect(standIn.store.list({ account: accountA, type: "aws:secretsmanager/secret:Secret" })).toEqual([]);
  expect(standIn.store.get(accountA, "aws:kms/key:Key", `${key?.id}`)?.properties).toHaveProperty(
    "deletionDate",
  );

  const actions = standIn.log().map(({ service, action }) => `${service}:${action}`);
  expect(new Set(actions)).toEqual(
    new Set([
      "sts:GetCallerIdentity",
      "kms:CreateKey",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
      "kms:UpdateKeyDescription",
      "kms:ScheduleKeyDeletion",
      "secretsmanager:CreateSecret",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:DeleteSecret",
    ]),
  );
});

test("a refresh sees what somebody else changed and took away", async () => {
  const stack = await stackOver(standIn.cloud);
  await stack.run("up", vault());
  const { store } = standIn;
  const [key] = store.list({ account: accountA, type: "aws:kms/key:Key" });
  const [secret] = store.list({ account: accountA, type: "aws:secretsmanager/secret:Secret" });
  if (key === undefined || secret === undefined) throw new Error("The stack made neither key nor secret.");
  store.put({ ...key, properties: { ...key.properties, description: "by hand" } });
  store.delete(accountA, secret.type, secret.id);
  await stack.run("refresh", vault());
  const { resources = [] } = (await stack.stack.exportStack()).deployment;
  const byType = (type: string) => resources.filter((each: { type: string }) => each.type === type);
  expect(byType("aws:kms/key:Key")).toMatchObject([{ outputs: { description: "by hand" } }]);
  expect(byType("aws:secretsmanager/secret:Secret")).toEqual([]);
});

test("what a create left behind when its answer was lost is taken over by an import", async () => {
  const losing: StandInCloud = {
    ...standIn.cloud,
    async perform(request, effect) {
      const result = await standIn.cloud.perform(request, effect);
      if (request.action === "CreateKey")
        throw new AwsError("RequestTimeout", "The connection was lost.", 500);
      return result;
    },
  };
  const interrupted = await stackOver(losing);
  await expect(interrupted.run("up", vault())).rejects.toThrow("RequestTimeout");
  const [key] = standIn.store.list({ account: accountA, type: "aws:kms/key:Key" });
  const stack = await stackOver(standIn.cloud);
  expect(await stack.run("up", vault({ imported: `${key?.id}` }))).toContain("import key");
  expect(standIn.store.list({ account: accountA, type: "aws:kms/key:Key" })).toHaveLength(1);
  expect(await stack.run("preview", vault())).toEqual([]);
});

test("another account's credentials are refused", async () => {
  const stack = await stackOver(standIn.cloud, accountB);
  await expect(stack.run("up", vault())).rejects.toThrow(/AWS account ID not allowed: 222222222222/);
  expect(standIn.store.list({ account: accountB, type: "aws:kms/key:Key" })).toEqual([]);
});

test("the provider acts as the role that it assumes", async () => {
  const role = putRole(standIn.store, accountA, "key-admin", {
    Sid: "Deploy",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountA}:role/customer-testnet-deploy` },
    Action: "sts:AssumeRole",
  });
  const make = { Effect: "Allow", Action: "kms:*", Resource: "*" } as const;
  putRolePolicy(standIn.store, accountA, "key-admin", "make", make);
  const stack = await stackOver(standIn.cloud);
  await stack.run("up", async () => {
    const policy = keyPolicy(accountA);
    new aws.kms.Key("key", { policy }, { provider: provider({ assumeRoles: [{ roleArn: role }] }) });
  });
  const made = standIn.log().filter(({ action }) => action === "CreateKey");
  expect(made).toMatchObject([{ principal: "arn:aws:sts::111111111111:assumed-role/key-admin/dev.example" }]);
});

test("errors name the property or the table, and read as the real provider's", async () => {
  const stack = await stackOver(standIn.cloud);
  const failing = async (make: (provider: aws.Provider) => void) => {
    const failure: unknown = await stack
      .run("up", async () => make(provider()))
      .catch((error: unknown) => error);
    return String(failure).replaceAll(/\s+/g, " ");
  };
  expect(
    await failing((aws_) => new aws.kms.Key("key", { customKeyStoreId: "cks-1" }, { provider: aws_ })),
  ).toMatch(/does not know the argument customKeyStoreId of aws:kms\/key:Key.*rehearsal\/provider\/types\//);
  expect(await failing((aws_) => new aws.sqs.Queue("queue", {}, { provider: aws_ }))).toMatch(
    /does not know the resource type aws:sqs\/queue:Queue: add it to a table in rehearsal\/provider\/types\//,
  );
  expect(
    await failing(
      (aws_) => new aws.kms.Key("key", { tags: { "ivault:resource": "a$b" } }, { provider: aws_ }),
    ),
  ).toMatch(/keys and values take letters, digits, spaces/);
  expect(
    await failing((aws_) => new aws.kms.Key("key", { policy: keyPolicy(accountB) }, { provider: aws_ })),
  ).toMatch(
    /creating KMS Key \([-0-9a-f]{36}\): operation error KMS: CreateKey, https response error StatusCode: 400, RequestID: [-0-9a-f]{36}, api error MalformedPolicyDocumentException: The new key policy will not allow/,
  );
});

test("the network component makes the children that the real one makes", async () => {
  const stack = await stackOver(standIn.cloud);
  const program: PulumiFn = async () => {
    const network = new awsx.ec2.Vpc(
      "network",
      {
        cidrBlock: "10.20.0.0/16",
        availabilityZoneNames: ["us-east-2a", "us-east-2b"],
        natGateways: { strategy: "Single" },
        subnetStrategy: "Auto",
        subnetSpecs: [
          { type: "Public", cidrMask: 20 },
          { type: "Private", cidrMask: 20 },
          { type: "Isolated", cidrMask: 20 },
        ],
        enableDnsHostnames: true,
      },
      { provider: new awsx.Provider("awsx"), providers: { aws: provider() } },
    );
    return { vpcId: network.vpcId, isolated: network.isolatedSubnetIds };
  };
  await stack.run("preview", program);
  await stack.run("up", program);
  const { resources = [] } = (await stack.stack.exportStack()).deployment;
  const made = resources
    .filter(({ type }: { type: string }) => type.startsWith("aws"))
    .map(({ urn }: { urn: string }) => urn.split("::").slice(2).join("::").split("$").at(-1));
  expect(made.sort()).toEqual(
    [
      "awsx:ec2:Vpc::network",
      "aws:ec2/vpc:Vpc::network",
      "aws:ec2/internetGateway:InternetGateway::network",
      "aws:ec2/eip:Eip::network-1",
      "aws:ec2/natGateway:NatGateway::network-1",
      ...["public", "private", "isolated"].flatMap((kind) =>
        [1, 2].flatMap((zone) => [
          `aws:ec2/subnet:Subnet::network-${kind}-${zone}`,
          `aws:ec2/routeTable:RouteTable::network-${kind}-${zone}`,
          `aws:ec2/routeTableAssociation:RouteTableAssociation::network-${kind}-${zone}`,
          ...(kind === "isolated" ? [] : [`aws:ec2/route:Route::network-${kind}-${zone}`]),
        ]),
      ),
    ].sort(),
  );
  const outputs = await stack.stack.outputs();
  expect(outputs.vpcId?.value).toMatch(/^vpc-0[0-9a-f]{16}$/);
  expect(outputs.isolated?.value).toHaveLength(2);
  expect(await stack.run("preview", program)).toEqual([]);
});

test("a base image is looked up in the public registry by the name that Docker knows", async () => {
  const digest = putImage(standIn.store, {
    account: publicRegistryAccount,
    repository: "library/nats",
    manifest: Buffer.from("{}"),
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    tag: "2.12",
    pushedAt: new Date(0),
  });
  standIn.store.put({
    account: publicRegistryAccount,
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    id: "library/nats",
    arn: null,
    properties: {
      repository: "library/nats",
      policy: policyText({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }],
      }),
    },
  });
  const stack = await stackOver(standIn.cloud);
  await stack.run("up", async () => {
    const options = { provider: new docker.Provider("docker", { disableDockerDaemonCheck: true }) };
    const tagged = await docker.getRegistryImage({ name: "nats:2.12" }, options);
    const pinned = await docker.getRegistryImage({ name: `docker.io/library/nats@${digest}` }, options);
    return { tagged: tagged.sha256Digest, pinned: pinned.sha256Digest };
  });
  const outputs = await stack.stack.outputs();
  expect(outputs).toMatchObject({ tagged: { value: digest }, pinned: { value: digest } });
});
