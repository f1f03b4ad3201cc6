import type { Model } from "./model.ts";
import { isKnown, type PlanFinding, type PlannedPart, titleOf } from "./plan.ts";
import { type PolicyBearing, policyBearing } from "./planned-policies.ts";

/** How large an input of a resource may be, and what is measured. */
interface Limit {
  readonly type: string;
  readonly input: string;
  readonly most: number;
  readonly unit: "characters without white space" | "bytes";
}

const characters = "characters without white space";

/**
 * Fixed sizes, and for trust policies the default quota, from the quota pages of IAM, KMS, Secrets Manager, S3, ECR, EC2 and ECS. A plan that
 * keeps to them can't be refused for its size halfway through.
 */
const limits: readonly Limit[] = [
  { type: "aws:iam/role:Role", input: "assumeRolePolicy", most: 2048, unit: characters },
  { type: "aws:kms/key:Key", input: "policy", most: 32_768, unit: "bytes" },
  { type: "aws:secretsmanager/secret:Secret", input: "policy", most: 20_480, unit: "bytes" },
  { type: "aws:s3/bucketPolicy:BucketPolicy", input: "policy", most: 20_480, unit: "bytes" },
  { type: "aws:ecr/repositoryPolicy:RepositoryPolicy", input: "policy", most: 10_240, unit: "bytes" },
  { type: "aws:ec2/vpcEndpoint:VpcEndpoint", input: "policy", most: 20_480, unit: "bytes" },
  {
    type: "aws:ecs/taskDefinition:TaskDefinition",
    input: "containerDefinitions",
    most: 65_536,
    unit: "bytes",
  },
];

/** All inline policies of a role together. */
const inlineMost = 10_240;
/** User data of an instance before it is encoded. */
const userDataMost = 16_384;

/** Which policies of these stacks are larger than AWS takes: known of all accounts before anything is changed in one of them. */
export function modelSizeFindings(model: Model, stacks: readonly string[]): readonly PlanFinding[] {
  return stacks.flatMap((stack) =>
    sizeFindings(policyBearing(model, stack).map(asPlanned)).map(({ resource, message }) => ({
      resource: `${resource} of stack ${stack}`,
      message,
    })),
  );
}

function asPlanned({ type, by: [, name], documents }: PolicyBearing): PlannedPart {
  const texts = Object.entries(documents).map(([input, document]) => [input, JSON.stringify(document)]);
  return {
    urn: name,
    type,
    operation: "create",
    inputs: { ...Object.fromEntries(texts), role: name.split("/")[0] },
  };
}

/** What in a plan is larger than AWS takes. */
export function sizeFindings(parts: readonly PlannedPart[]): readonly PlanFinding[] {
  const planned = parts.filter(({ operation }) => operation !== "delete" && operation !== "read");
  const single = planned.flatMap((part) =>
    limits
      .filter(({ type }) => type === part.type)
      .flatMap(({ input, most, unit }) => {
        const text = textOf(part, input);
        const size = unit === "bytes" ? bytesOf(text) : lengthOf(text);
        return over(titleOf(part), input, size, most, unit);
      }),
  );
  const inline = new Map<string, number>();
  for (const part of planned.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")) {
    const role = String(part.inputs.role);
    inline.set(role, (inline.get(role) ?? 0) + lengthOf(textOf(part, "policy")));
  }
  const roles = [...inline].flatMap(([role, size]) =>
    over(`role ${role}`, "all inline policies", size, inlineMost, characters),
  );
  const hosts = planned
    .filter(({ type }) => type === "aws:ec2/launchTemplate:LaunchTemplate")
    .flatMap((part) => {
      const encoded = textOf(part, "userData").replace(/=+$/, "");
      return over(titleOf(part), "userData", Math.floor((encoded.length * 3) / 4), userDataMost, "bytes");
    });
  return [...single, ...roles, ...hosts];
}

function over(resource: string, what: string, size: number, most: number, unit: string): PlanFinding[] {
  return size <= most ? [] : [{ resource, message: `${what} has ${size} ${unit}; AWS takes ${most}` }];
}

/** A value that is not known before the update has no size yet. */
function textOf({ inputs }: PlannedPart, input: string): string {
  const value = inputs[input];
  return typeof value === "string" && isKnown(value) ? value : "";
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const lengthOf = (text: string) => text.replace(/\s/g, "").length;
