import { beforeEach, expect, test } from "vitest";
import { putImage } from "../../../rehearsal/images.ts";
import * as lifecycle from "../../../rehearsal/provider/lifecycle.ts";
import type { Properties } from "../../../rehearsal/provider/resource-type.ts";
import {
  accountA,
  accountB,
  openPolicy,
  openStandIn,
  putRole,
  putRolePolicy,
  region,
  type TestStandIn,
} from "../stand-in.ts";

let standIn: TestStandIn;
beforeEach(async () => {
  standIn = await openStandIn();
  return standIn.close;
});

const actor = (account = accountA): lifecycle.Actor => ({
  cloud: standIn.cloud,
  caller: { account, principal: `arn:aws:sts::${account}:assumed-role/customer-testnet-deploy/test` },
  region,
});
const make = (token: string, inputs: Properties, account?: string) =>
  lifecycle.create(actor(account), token, inputs);
const stored = (type: string) => standIn.store.list({ account: accountA, type });

async function subnets() {
  const { id: vpcId } = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const inZone = (letter: string, third: number) =>
    make("aws:ec2/subnet:Subnet", {
      vpcId,
      availabilityZone: `${region}${letter}`,
      cidrBlock: `10.0.${third}.0/24`,
    });
  return { vpcId, first: (await inZone("a", 1)).id, second: (await inZone("b", 2)).id };
}

test("ids and ARNs look as AWS makes them", async () => {
  const policy = openPolicy;
  const key = await make("aws:kms/key:Key", { policy });
  expect(key.properties.arn).toMatch(
    /^arn:aws:kms:us-east-2:111111111111:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  const role = await make("aws:iam/role:Role", { name: "node", assumeRolePolicy: policy });
  expect(role).toMatchObject({
    id: "node",
    properties: {
      arn: "arn:aws:iam::111111111111:role/node",
      uniqueId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    },
  });
  const { vpcId } = await subnets();
  expect(vpcId).toMatch(/^vpc-0[0-9a-f]{16}$/);
});

test("a name that exists is refused as its service refuses it, a put of the same thing is not", async () => {
  const role = { name: "node", assumeRolePolicy: openPolicy };
  await make("aws:iam/role:Role", role);
  await expect(make("aws:iam/role:Role", role)).rejects.toThrow(
    /creating IAM Role \(node\): .*api error EntityAlreadyExists/,
  );
  const policy = { role: "node", name: "access", policy: openPolicy };
  const first = await make("aws:iam/rolePolicy:RolePolicy", policy);
  expect((await make("aws:iam/rolePolicy:RolePolicy", policy)).id).toBe(first.id);
});

test("bucket names are taken in every account at once", async () => {
  await make("aws:s3/bucket:Bucket", { bucket: "one-in-the-world" });
  await expect(make("aws:s3/bucket:Bucket", { bucket: "one-in-the-world" }, accountB)).rejects.toThrow(
    /BucketAlreadyExists/,
  );
});

test("what an argument names has to exist in the account", async () => {
  const { vpcId } = await subnets();
  await expect(make("aws:ec2/subnet:Subnet", { vpcId }, accountB)).rejects.toThrow(/InvalidVpcID\.NotFound/);
});

test("an update sends what the program changed and leaves alone what somebody else did", async () => {
  const token = "aws:ecs/service:Service";
  const { id: cluster } = await make("aws:ecs/cluster:Cluster", { name: "vault" });
  const before = { name: "wallet", cluster, desiredCount: 0, deploymentMaximumPercent: 200 };
  const { id } = await make(token, before);
  const [service] = stored(token);
  if (service === undefined) throw new Error("The service was not stored.");
  standIn.store.put({ ...service, properties: { ...service.properties, desiredCount: 1 } });
  const after = await lifecycle.update(actor(), token, id, before, {
    ...before,
    deploymentMaximumPercent: 150,
  });
  expect(after).toMatchObject({ desiredCount: 1, deploymentMaximumPercent: 150 });
});

test("each changed argument is a request of its own action", async () => {
  const before = { policy: openPolicy, description: "one" };
  const { id } = await make("aws:kms/key:Key", before);
  const made = standIn.log().map(({ action }) => action);
  await lifecycle.update(actor(), "aws:kms/key:Key", id, before, {
    policy: `${openPolicy} `,
    description: "two",
    tags: { a: "b" },
  });
  const all = standIn.log().map(({ action }) => action);
  expect(all.slice(made.length)).toEqual(["PutKeyPolicy", "UpdateKeyDescription", "TagResource"]);
});

test("a new key is completed and read back under its own policy", async () => {
  await make("aws:kms/key:Key", { policy: openPolicy, enableKeyRotation: true });
  expect(standIn.log().map(({ action }) => action)).toEqual([
    "CreateKey",
    "EnableKeyRotation",
    "DescribeKey",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListResourceTags",
  ]);
  const policy = openPolicy.replace("kms:*", "kms:PutKeyPolicy");
  await expect(make("aws:kms/key:Key", { policy })).rejects.toThrow(
    /completing KMS Key .*DescribeKey.*AccessDeniedException.*because no resource-based policy allows/,
  );
});

test("whoever creates something needs the rights that go with it", async () => {
  const allowing = (...Action: string[]) => {
    putRole(standIn.store, accountA, "narrow");
    putRolePolicy(standIn.store, accountA, "narrow", "rights", { Effect: "Allow", Action, Resource: "*" });
    const caller = { account: accountA, principal: `arn:aws:sts::${accountA}:assumed-role/narrow/test` };
    return { cloud: standIn.cloud, caller, region };
  };
  const node = await make("aws:iam/role:Role", { name: "node", assumeRolePolicy: openPolicy });
  const task = { family: "wallet", containerDefinitions: "[]", taskRoleArn: node.properties.arn };
  const register = (actor: lifecycle.Actor) =>
    lifecycle.create(actor, "aws:ecs/taskDefinition:TaskDefinition", task);
  await expect(register(allowing("ecs:*"))).rejects.toThrow(/not authorized to perform: iam:PassRole/);
  expect((await register(allowing("ecs:*", "iam:PassRole"))).id).toContain("task-definition/wallet");
  const profile = { name: "node", role: "node" };
  const carry = (actor: lifecycle.Actor) =>
    lifecycle.create(actor, "aws:iam/instanceProfile:InstanceProfile", profile);
  await expect(carry(allowing("iam:*InstanceProfile"))).rejects.toThrow(
    /iam:PassRole on resource: .*role\/node/,
  );
  const topic = { name: "alarms", tags: { a: "b" } };
  const announce = (actor: lifecycle.Actor) => lifecycle.create(actor, "aws:sns/topic:Topic", topic);
  await expect(announce(allowing("sns:CreateTopic"))).rejects.toThrow(/sns:TagResource/);
});

test("an import finds a resource by the id that the real provider imports by", async () => {
  const { id: cluster } = await make("aws:ecs/cluster:Cluster", { name: "vault" });
  const inputs = { name: "wallet", cluster, desiredCount: 0 };
  const made = await make("aws:ecs/service:Service", inputs);
  const found = await lifecycle.read(actor(), "aws:ecs/service:Service", "vault/wallet", {});
  expect(found).toMatchObject({ id: made.id, inputs });
});

test("a group runs as many hosts as it should, replaces them with the launch template, and takes them along", async () => {
  const { first } = await subnets();
  const networkInterface = await make("aws:ec2/networkInterface:NetworkInterface", { subnetId: first });
  const attached = [{ deviceIndex: 0, networkInterfaceId: networkInterface.id }];
  const template = {
    name: "node0",
    imageId: "ami-1",
    instanceType: "m6i.xlarge",
    updateDefaultVersion: true,
    networkInterfaces: attached,
  };
  const { id: templateId } = await make("aws:ec2/launchTemplate:LaunchTemplate", template);
  const group = (version: string) => ({
    name: "node0",
    minSize: 1,
    maxSize: 1,
    launchTemplate: { id: templateId, version },
    instanceRefresh: { strategy: "Rolling" },
    tags: [{ key: "ivault:resource", value: "nitro-nodes/node0", propagateAtLaunch: true }],
  });
  const { id } = await make("aws:autoscaling/group:Group", group("1"));
  const hosts = () => stored("aws:ec2/instance:Instance").map(({ properties }) => properties);
  expect(hosts()).toMatchObject([
    {
      ami: "ami-1",
      instanceState: "running",
      privateIp: networkInterface.properties.privateIp,
      availabilityZone: "us-east-2a",
      tags: { "ivault:resource": "nitro-nodes/node0", "aws:autoscaling:groupName": "node0" },
    },
  ]);
  const next = await lifecycle.update(
    actor(),
    "aws:ec2/launchTemplate:LaunchTemplate",
    templateId,
    template,
    { ...template, imageId: "ami-2" },
  );
  expect(next.latestVersion).toBe(2);
  await lifecycle.update(actor(), "aws:autoscaling/group:Group", id, group("1"), group("2"));
  expect(hosts()).toMatchObject([{ ami: "ami-2" }]);
  await lifecycle.remove(actor(), "aws:autoscaling/group:Group", id, {});
  expect(hosts()).toEqual([]);
});

test("a database's master password lies in a secret that RDS makes and takes away", async () => {
  const { first, second } = await subnets();
  await make("aws:rds/subnetGroup:SubnetGroup", { name: "vault", subnetIds: [first, second] });
  const inputs = {
    identifier: "wallet",
    instanceClass: "db.m7g.large",
    dbSubnetGroupName: "vault",
    manageMasterUserPassword: true,
  };
  const { id, properties } = await make("aws:rds/instance:Instance", inputs);
  const [secret] = stored("aws:secretsmanager/secret:Secret");
  expect(properties.masterUserSecrets).toMatchObject([{ secretArn: secret?.arn }]);
  expect(secret?.properties.tags).toMatchObject({ "aws:rds:primaryDBInstanceArn": properties.arn });
  await lifecycle.remove(actor(), "aws:rds/instance:Instance", id, {});
  expect(stored("aws:secretsmanager/secret:Secret")).toEqual([]);
});

test("a protected database and a bucket or repository that holds something are not deleted", async () => {
  const database = await make("aws:rds/instance:Instance", {
    identifier: "wallet",
    instanceClass: "db.m7g.large",
    deletionProtection: true,
  });
  const bucket = await make("aws:s3/bucket:Bucket", { bucket: "evidence" });
  standIn.store.put({
    account: accountA,
    type: "s3:object",
    id: "evidence/backup",
    arn: null,
    properties: { bucket: "evidence" },
  });
  const repository = await make("aws:ecr/repository:Repository", { name: "vault/wallet" });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  putImage(standIn.store, {
    account: accountA,
    repository: "vault/wallet",
    manifest: Buffer.from("{}"),
    mediaType,
    pushedAt: new Date(0),
  });
  const remove = (token: string, id: string) => lifecycle.remove(actor(), token, id, {});
  await expect(remove("aws:rds/instance:Instance", database.id)).rejects.toThrow(
    /Cannot delete protected DB Instance/,
  );
  await expect(remove("aws:s3/bucket:Bucket", bucket.id)).rejects.toThrow(/BucketNotEmpty/);
  await expect(remove("aws:ecr/repository:Repository", repository.id)).rejects.toThrow(
    /RepositoryNotEmptyException/,
  );
});

test("a deleted key stays for its waiting period, out of the engine's sight", async () => {
  const { id } = await make("aws:kms/key:Key", { policy: openPolicy, deletionWindowInDays: 30 });
  await lifecycle.remove(actor(), "aws:kms/key:Key", id, {});
  expect(await lifecycle.read(actor(), "aws:kms/key:Key", id, {})).toBeUndefined();
  expect(standIn.store.get(accountA, "aws:kms/key:Key", id)?.properties).toMatchObject({ isEnabled: false });
});

test("a certificate is issued once its record exists and the parent zone delegates", async () => {
  const zone = await make("aws:route53/zone:Zone", { name: "testnet.bank.example" });
  const certificate = await make("aws:acm/certificate:Certificate", {
    domainName: "wallet.testnet.bank.example",
    validationMethod: "DNS",
  });
  const validate = () =>
    make("aws:acm/certificateValidation:CertificateValidation", { certificateArn: certificate.id });
  await expect(validate()).rejects.toThrow(
    /there is no record _[0-9a-f]{32}\.wallet\.testnet\.bank\.example CNAME/,
  );

  const [option] = certificate.properties.domainValidationOptions as Record<string, string>[];
  await make("aws:route53/record:Record", {
    zoneId: zone.id,
    name: option?.resourceRecordName,
    type: option?.resourceRecordType,
    records: [option?.resourceRecordValue],
    ttl: 60,
  });
  await expect(validate()).rejects.toThrow(/the parent zone does not delegate testnet\.bank\.example/);

  const parent = await make("aws:route53/zone:Zone", { name: "bank.example" });
  const records = zone.properties.nameServers;
  await make("aws:route53/record:Record", {
    zoneId: parent.id,
    name: "testnet.bank.example",
    type: "NS",
    records,
    ttl: 300,
  });
  const { id } = await validate();
  expect(
    await lifecycle.read(actor(), "aws:acm/certificateValidation:CertificateValidation", id, {}),
  ).toMatchObject({ id });
  expect(stored("aws:acm/certificate:Certificate")[0]?.properties.status).toBe("ISSUED");
});
