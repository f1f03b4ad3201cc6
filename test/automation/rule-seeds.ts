import type { Statement } from "../../isolation/policy.ts";
import { withStatements } from "../../isolation/seeding.ts";

type Properties = Readonly<Record<string, unknown>>;

/** One thing wrong with a resource, planned or deployed: their properties have the same names. */
export interface RuleSeed {
  readonly row: number;
  readonly title: string;
  readonly type: string;
  /** In which accounts there are such resources. */
  readonly where: "every account" | "infrastructure";
  /** Which of them; all of the type by default. */
  readonly of?: (properties: Properties) => boolean;
  /** Null: the resource is left out. */
  readonly change: (properties: Properties) => Properties | null;
  /** Why it cannot be, or is not, deployed so. */
  readonly plannedOnly?: string;
  /** Why it cannot be planned so. */
  readonly deployedOnly?: string;
}

const key = "aws:kms/key:Key";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const database = "aws:rds/instance:Instance";
const repository = "aws:ecr/repository:Repository";
const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";

const set = (changes: Properties) => (properties: Properties) => ({ ...properties, ...changes });
const encrypting = ({ keyUsage }: Properties) => keyUsage !== "SIGN_VERIFY";
const script = (change: (text: string) => string) => (properties: Properties) => ({
  ...properties,
  userData: Buffer.from(change(Buffer.from(`${properties.userData}`, "base64").toString())).toString(
    "base64",
  ),
});
const statement =
  (argument: "policy" | "assumeRolePolicy", added: Statement) =>
  (properties: Properties): Properties => {
    const document = JSON.parse(`${properties[argument]}`) as Record<string, unknown>;
    return {
      ...properties,
      [argument]: JSON.stringify(withStatements(document, (statements) => [...statements, added])),
    };
  };

/** A violation or more of every rule. */
export const ruleSeeds: readonly RuleSeed[] = [
  {
    row: 6,
    title: "a key that is gone after a week",
    type: key,
    where: "every account",
    change: set({ deletionWindowInDays: 7 }),
    plannedOnly: "KMS tells the period only of a deletion that is under way",
  },
  {
    row: 6,
    title: "a key that waits to be deleted",
    type: key,
    where: "every account",
    change: set({ deletionDate: "2027-01-01T00:00:00.000Z", isEnabled: false }),
    deployedOnly: "a plan schedules no deletion; the gate refuses to delete",
  },
  {
    row: 6,
    title: "a key without rotation",
    type: key,
    where: "every account",
    of: encrypting,
    change: set({ enableKeyRotation: false }),
  },
  { row: 6, title: "a disabled key", type: key, where: "every account", change: set({ isEnabled: false }) },
  {
    row: 6,
    title: "a key that anybody of its account may delete",
    type: key,
    where: "every account",
    change: statement("policy", {
      Sid: "Seeded",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "kms:ScheduleKeyDeletion",
      Resource: "*",
    }),
  },
  {
    row: 7,
    title: "a role that moves aliases",
    type: "aws:iam/rolePolicy:RolePolicy",
    where: "every account",
    change: statement("policy", {
      Sid: "Seeded",
      Effect: "Allow",
      Action: "kms:UpdateAlias",
      Resource: "*",
    }),
  },
  {
    row: 7,
    title: "a host that names a key by its alias",
    type: template,
    where: "infrastructure",
    change: script((text) => `${text}\naws kms decrypt --key-id alias/vault\n`),
  },
  {
    row: 10,
    title: "an enclave in debug mode",
    type: template,
    where: "infrastructure",
    change: script((text) => text.replace("run-enclave", "run-enclave --debug-mode")),
  },
  {
    row: 19,
    title: "a shell in tasks",
    type: "aws:ecs/service:Service",
    where: "infrastructure",
    change: set({ enableExecuteCommand: true }),
  },
  {
    row: 20,
    title: "tags that move",
    type: repository,
    where: "infrastructure",
    change: set({ imageTagMutability: "MUTABLE" }),
  },
  {
    row: 21,
    title: "a bucket without versions",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    where: "every account",
    change: set({ versioningConfiguration: { status: "Suspended" } }),
  },
  {
    row: 21,
    title: "a bucket that may be public",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    where: "every account",
    change: set({ blockPublicPolicy: false }),
  },
  {
    row: 21,
    title: "a bucket that nobody closed",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    where: "every account",
    change: () => null,
  },
  {
    row: 21,
    title: "a bucket without its lock",
    type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    where: "every account",
    change: () => null,
  },
  {
    row: 23,
    title: "a public database",
    type: database,
    where: "infrastructure",
    change: set({ publiclyAccessible: true }),
  },
  {
    row: 23,
    title: "a database under a key of the service's",
    type: database,
    where: "infrastructure",
    change: ({ kmsKeyId: _, ...others }) => others,
  },
  {
    row: 23,
    title: "an unencrypted database",
    type: database,
    where: "infrastructure",
    change: set({ storageEncrypted: false }),
  },
  {
    row: 24,
    title: "an open volume",
    type: template,
    where: "infrastructure",
    change: set({ blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "false" } }] }),
  },
  {
    row: 24,
    title: "credentials without a session token",
    type: template,
    where: "infrastructure",
    change: set({ metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 } }),
  },
  {
    row: 24,
    title: "credentials beyond the host",
    type: template,
    where: "infrastructure",
    change: set({ metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 } }),
  },
  {
    row: 24,
    title: "a host without enclaves",
    type: template,
    where: "infrastructure",
    change: set({ enclaveOptions: { enabled: false } }),
  },
  {
    row: 25,
    title: "an endpoint for everything",
    type: endpoint,
    where: "infrastructure",
    change: set({
      policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    }),
  },
  {
    row: 25,
    title: "an endpoint without a policy",
    type: endpoint,
    where: "infrastructure",
    change: ({ policy: _, ...others }) => others,
  },
  {
    row: 26,
    title: "a role for a build service",
    type: "aws:iam/role:Role",
    where: "every account",
    change: statement("assumeRolePolicy", {
      Sid: "Seeded",
      Effect: "Allow",
      Principal: { Service: "codebuild.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  },
  {
    row: 32,
    title: "a secret value in the state",
    type: database,
    where: "infrastructure",
    change: set({ password: "[secret]" }),
    plannedOnly: "no account shows the engine's state",
  },
  {
    row: 36,
    title: "a task by its tag",
    type: "aws:ecs/taskDefinition:TaskDefinition",
    where: "infrastructure",
    of: ({ taskRoleArn }) => taskRoleArn !== undefined,
    change: set({ containerDefinitions: '[{"name":"one","image":"registry.example/wallet:2.4.0"}]' }),
  },
  {
    row: 36,
    title: "a host by its tag",
    type: template,
    where: "infrastructure",
    change: script((text) => text.replace(/@sha256:[0-9a-f]{64}/, ":2.4.0")),
  },
  ...[key, "aws:secretsmanager/secret:Secret", "aws:s3/bucket:Bucket", database].map(
    (type): RuleSeed => ({
      row: 40,
      title: "nothing protects it from deletion",
      type,
      where: type === database ? "infrastructure" : "every account",
      change: (properties) => properties,
      plannedOnly: "protection is the engine's; deployed, the row shows as a key under AWS's own policy",
    }),
  ),
];
