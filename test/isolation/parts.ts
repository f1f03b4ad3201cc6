import type { PlannedPart } from "../../isolation/plan.ts";
import { policyText } from "../../isolation/policy.ts";
import { fixtureModel } from "./fixture.ts";

const model = fixtureModel();

function part(type: string, inputs: Record<string, unknown>, protect = true): PlannedPart {
  return {
    urn: `urn:pulumi:testnet.any::institutional-vault::${type}::one`,
    type,
    operation: "create",
    inputs,
    protect,
  };
}

function boot(script: string): string {
  return Buffer.from(script).toString("base64");
}

const document = (name: string) =>
  policyText(model.keys[name]?.policy ?? { Version: "2012-10-17", Statement: [] });
const allowing = (...Action: string[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action, Resource: "*" }],
  });

const key = part("aws:kms/key:Key", {
  policy: document("policy-node1-sealing"),
  keyUsage: "ENCRYPT_DECRYPT",
  enableKeyRotation: true,
  deletionWindowInDays: 30,
});
const rolePolicy = part("aws:iam/rolePolicy:RolePolicy", { policy: allowing("kms:CreateAlias") });
const template = part("aws:ec2/launchTemplate:LaunchTemplate", {
  blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  enclaveOptions: { enabled: true },
  userData: boot('{ "hostImage": "registry.example/policy-node@sha256:00" }'),
});
const service = part("aws:ecs/service:Service", { enableExecuteCommand: false });
const task = part("aws:ecs/taskDefinition:TaskDefinition", {
  containerDefinitions: JSON.stringify([{ image: "registry.example/wallet@sha256:00" }]),
});
const repository = part("aws:ecr/repository:Repository", { imageTagMutability: "IMMUTABLE" });
const bucket = part("aws:s3/bucket:Bucket", { bucket: "artefacts", objectLockEnabled: true });
const versioning = part("aws:s3/bucketVersioning:BucketVersioning", {
  bucket: "artefacts",
  versioningConfiguration: { status: "Enabled" },
});
const block = part("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
  bucket: "artefacts",
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
const lock = part("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {
  bucket: "artefacts",
});
const database = part("aws:rds/instance:Instance", {
  publiclyAccessible: false,
  storageEncrypted: true,
  kmsKeyId: "[unknown]",
  deletionProtection: true,
});
const endpoint = part("aws:ec2/vpcEndpoint:VpcEndpoint", {
  policy: policyText(model.endpoints.kms?.policy ?? { Version: "2012-10-17", Statement: [] }),
});
const role = part("aws:iam/role:Role", {
  assumeRolePolicy: policyText(model.roles.nitroRole1?.trust ?? { Version: "2012-10-17", Statement: [] }),
});

/** One resource of each kind that a rule looks at, as it should be. */
export const soundParts: readonly PlannedPart[] = [
  key,
  rolePolicy,
  template,
  service,
  task,
  repository,
  bucket,
  versioning,
  block,
  lock,
  database,
  endpoint,
  role,
];

const changed = (of: PlannedPart, inputs: Record<string, unknown>): readonly PlannedPart[] =>
  soundParts.map((one) => (one === of ? { ...one, inputs: { ...one.inputs, ...inputs } } : one));
const without = (of: PlannedPart) => soundParts.filter((one) => one !== of);
const trusting = (Service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });

/** The same with one thing wrong, by the row that it belongs to. */
export const brokenParts: readonly {
  readonly row: number;
  readonly title: string;
  readonly parts: readonly PlannedPart[];
}[] = [
  { row: 6, title: "a key that is gone after a week", parts: changed(key, { deletionWindowInDays: 7 }) },
  { row: 6, title: "a key without rotation", parts: changed(key, { enableKeyRotation: false }) },
  { row: 6, title: "a disabled key", parts: changed(key, { isEnabled: false }) },
  {
    row: 6,
    title: "a key that its admin may delete",
    parts: changed(key, {
      policy: document("policy-node1-sealing").replace("kms:UpdateKeyDescription", "kms:ScheduleKeyDeletion"),
    }),
  },
  {
    row: 7,
    title: "a role that moves aliases",
    parts: changed(rolePolicy, { policy: allowing("kms:*Alias") }),
  },
  {
    row: 7,
    title: "a host that names a key by its alias",
    parts: changed(template, { userData: boot('{"key": "alias/vault"}') }),
  },
  { row: 19, title: "a shell in tasks", parts: changed(service, { enableExecuteCommand: true }) },
  { row: 20, title: "tags that move", parts: changed(repository, { imageTagMutability: "MUTABLE" }) },
  { row: 21, title: "a bucket without versions", parts: without(versioning) },
  { row: 21, title: "a bucket that may be public", parts: changed(block, { blockPublicPolicy: false }) },
  { row: 21, title: "a bucket without its lock", parts: without(lock) },
  { row: 23, title: "a public database", parts: changed(database, { publiclyAccessible: true }) },
  { row: 23, title: "a database under the service's key", parts: changed(database, { kmsKeyId: undefined }) },
  {
    row: 24,
    title: "an open volume",
    parts: changed(template, { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: {} }] }),
  },
  {
    row: 24,
    title: "credentials without a session token",
    parts: changed(template, { metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 } }),
  },
  {
    row: 24,
    title: "credentials for a container's network",
    parts: changed(template, { metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 } }),
  },
  { row: 24, title: "a host without enclaves", parts: changed(template, { enclaveOptions: undefined }) },
  {
    row: 10,
    title: "an enclave in debug mode",
    parts: changed(template, {
      userData: boot("nitro-cli run-enclave --cpu-count 2 \\\n  --eif-path node.eif --debug-mode\n"),
    }),
  },
  { row: 25, title: "an endpoint for everything", parts: changed(endpoint, { policy: allowing("*") }) },
  { row: 25, title: "an endpoint without a policy", parts: changed(endpoint, { policy: undefined }) },
  {
    row: 26,
    title: "a role for a build service",
    parts: changed(role, { assumeRolePolicy: trusting("codebuild.amazonaws.com") }),
  },
  { row: 32, title: "a secret value in the state", parts: changed(database, { password: "[secret]" }) },
  {
    row: 36,
    title: "a task by its tag",
    parts: changed(task, { containerDefinitions: '[{"image":"registry.example/wallet:2.4.0"}]' }),
  },
  {
    row: 36,
    title: "a host by its tag",
    parts: changed(template, { userData: boot('{ "hostImage": "registry.example/node:2" }') }),
  },
  {
    row: 40,
    title: "an unprotected key",
    parts: soundParts.map((one) => (one === key ? { ...one, protect: false } : one)),
  },
];
