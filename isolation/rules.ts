import type { PlanFinding, PlannedPart } from "./plan.ts";
import { titleOf } from "./plan.ts";
import {
  hostImageByDigest,
  hostIsClosed,
  noAliasInHosts,
  noDebugEnclaves,
  volumesEncrypted,
} from "./rules-hosts.ts";
import { noAliasMoves, noServiceRoles, onlyBreakGlassStopsKeys } from "./rules-policies.ts";

/** What a rule looks at: the parts of one stack, planned or read back, and the engine's variables that are set. */
export interface Plan {
  readonly parts: readonly PlannedPart[];
  /** Names of environment variables that the engine would be started with. */
  readonly variables: readonly string[];
}

/** A property of planned or deployed resources; the row is that of the escalation table. */
export interface Rule {
  readonly row: number;
  readonly check: (plan: Plan) => readonly PlanFinding[];
}

/** A rule on each resource of a type that will be there; `check` says what is wrong with it. */
function each(
  row: number,
  types: readonly string[],
  check: (part: PlannedPart, plan: Plan) => readonly string[],
): Rule {
  return {
    row,
    check: (plan) =>
      plan.parts
        .filter(({ type, operation }) => types.includes(type) && operation !== "delete")
        .flatMap((part) => check(part, plan).map((message) => ({ resource: titleOf(part), message, row }))),
  };
}

/** The sentence, if the condition does not hold. */
function unless(holds: boolean, message: string): string[] {
  return holds ? [] : [message];
}

const key = "aws:kms/key:Key";
const secret = "aws:secretsmanager/secret:Secret";
const bucket = "aws:s3/bucket:Bucket";
const database = "aws:rds/instance:Instance";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const policies = ["aws:iam/rolePolicy:RolePolicy"];

/** Every rule; the planned deployment breaks none of them. */
export const rules: readonly Rule[] = [
  each(6, [key], ({ inputs }) => [
    ...unless(inputs.deletionWindowInDays === 30, "is gone less than 30 days after somebody deletes it"),
    ...unless(inputs.isEnabled !== false, "is disabled"),
    ...unless(
      inputs.enableKeyRotation === true || inputs.keyUsage === "SIGN_VERIFY",
      "is not rotated automatically",
    ),
    ...onlyBreakGlassStopsKeys(inputs.policy),
  ]),
  each(7, policies, ({ inputs }) => noAliasMoves(inputs.policy)),
  each(7, [template], ({ inputs }) => noAliasInHosts(inputs)),
  each(19, ["aws:ecs/service:Service"], ({ inputs }) =>
    unless(inputs.enableExecuteCommand !== true, "lets whoever may call ECS run commands in its tasks"),
  ),
  each(20, ["aws:ecr/repository:Repository"], ({ inputs }) =>
    unless(inputs.imageTagMutability === "IMMUTABLE", "lets a tag be moved to another image"),
  ),
  each(21, [bucket], bucketKept),
  each(23, [database], ({ inputs }) => [
    ...unless(inputs.publiclyAccessible === false, "can be reached from the internet"),
    ...unless(inputs.storageEncrypted === true && inputs.kmsKeyId !== undefined, "is not under our own key"),
    ...unless(inputs.deletionProtection === true, "is not protected from deletion"),
  ]),
  each(10, [template], ({ inputs }) => noDebugEnclaves(inputs)),
  each(24, [template], ({ inputs }) => [...volumesEncrypted(inputs), ...hostIsClosed(inputs)]),
  each(25, ["aws:ec2/vpcEndpoint:VpcEndpoint"], ({ inputs }) =>
    unless(
      typeof inputs.policy === "string" && !openToEverything(inputs.policy),
      "lets every caller reach every resource through it",
    ),
  ),
  each(26, ["aws:iam/role:Role"], ({ inputs }) => noServiceRoles(inputs.assumeRolePolicy)),
  {
    row: 31,
    check: ({ variables }) =>
      variables
        .filter((name) => name === "PULUMI_CLOUD_SECRET_OVERRIDE")
        .map((name) => ({
          resource: `environment variable ${name}`,
          message: "replaces the account's own secrets provider by another",
          row: 31,
        })),
  },
  {
    row: 32,
    check: ({ parts }) =>
      parts
        .filter(({ inputs }) => JSON.stringify(inputs).includes('"[secret]"'))
        .map((part) => ({
          resource: titleOf(part),
          message: "puts a secret value into the engine's state",
          row: 32,
        })),
  },
  each(36, [template], ({ inputs }) => hostImageByDigest(inputs)),
  each(36, ["aws:ecs/taskDefinition:TaskDefinition"], ({ inputs }) => {
    const { containerDefinitions: text } = inputs;
    if (typeof text !== "string" || text === "[unknown]") return [];
    const images = [...text.matchAll(/"image":"([^"]*)"/g)].map(([, image = ""]) => image);
    return images.flatMap((image) =>
      unless(image.includes("@sha256:"), `runs ${image}, which names no digest`),
    );
  }),
  each(40, [key, secret, bucket, database], ({ protect }) =>
    unless(protect !== false, "is not protected from deletion by the engine"),
  ),
];

/** What is wrong with a plan or with what is deployed, of all rules. */
export function ruleFindings(plan: Plan): readonly PlanFinding[] {
  return rules.flatMap(({ check }) => check(plan));
}

function bucketKept({ inputs }: PlannedPart, { parts }: Plan): string[] {
  const companion = (type: string) =>
    parts.find(
      (part) =>
        part.type.startsWith(`aws:s3/bucket${type}:`) &&
        part.inputs.bucket === inputs.bucket &&
        part.operation !== "delete",
    )?.inputs;
  const block = companion("PublicAccessBlock") ?? {};
  const versioning = (companion("Versioning")?.versioningConfiguration ?? {}) as { status?: unknown };
  const closed = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
  return [
    ...unless(versioning.status === "Enabled", "does not keep earlier versions of its objects"),
    ...unless(
      closed.every((one) => block[one] === true),
      "can be made public",
    ),
    ...unless(
      inputs.objectLockEnabled !== true || companion("ObjectLockConfiguration") !== undefined,
      "keeps no object for a time",
    ),
  ];
}

/** Some statement allows every call on every resource without a condition, as the policy that AWS attaches by itself does. */
function openToEverything(policy: string): boolean {
  const { Statement: statements } = JSON.parse(policy) as { Statement: readonly Record<string, unknown>[] };
  return [statements]
    .flat()
    .some((one) => one.Effect === "Allow" && String(one.Resource) === "*" && one.Condition === undefined);
}
