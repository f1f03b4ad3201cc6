import { canonicalPolicy } from "./canonical-policy.ts";
import type { Model } from "./model.ts";
import { isKnown, type PlanFinding, type PlannedPart, titleOf } from "./plan.ts";
import { type PolicyBearing, policyBearing, recognisedBy } from "./planned-policies.ts";

/** Types that can carry neither a policy nor a grant. A type that is not here is refused: somebody has to look at it first. */
const harmless: readonly RegExp[] = [
  /^(ivault|awsx):/,
  /^pulumi:(providers:[a-z]+|pulumi:Stack)$/,
  /^aws:acm\/certificate(Validation)?:/,
  /^aws:autoscaling\/group:/,
  /^aws:cloudtrail\/trail:/,
  /^aws:cloudwatch\/(dashboard|eventRule|eventTarget|logGroup|metricAlarm):/,
  /^aws:ec2\/(defaultSecurityGroup|eip|internetGateway|launchTemplate|natGateway|networkInterface):/,
  /^aws:ec2\/(route|routeTable|routeTableAssociation|securityGroup|subnet|vpc):/,
  /^aws:ecs\/(cluster|service|taskDefinition):/,
  /^aws:kms\/alias:/,
  /^aws:lb\/(listener|loadBalancer|targetGroup):/,
  /^aws:rds\/(instance|parameterGroup|subnetGroup):/,
  /^aws:route53\/(record|resolverFirewall(Config|DomainList|Rule|RuleGroup|RuleGroupAssociation)|zone):/,
  /^aws:s3\/bucket(ObjectLockConfiguration|OwnershipControls|PublicAccessBlock|ServerSideEncryptionConfiguration|Versioning):/,
  /^aws:servicediscovery\/(instance|privateDnsNamespace|service):/,
  /^aws:sns\/topicSubscription:/,
  /^aws:vpc\/securityGroup(Egress|Ingress)Rule:/,
  /^aws:wafv2\/webAcl(Association)?:/,
];

/**
 * Compares what a preview plans for a stack with the model: every policy-bearing resource of the model is planned exactly so, unchanged
 * ones included, and there is no other. What has been proven of the model then holds of the plan.
 *
 * @param allowReplacement a person has agreed that policy-bearing resources may be deleted or replaced.
 */
export function gateFindings(
  model: Model,
  stack: string,
  planned: readonly PlannedPart[],
  allowReplacement: boolean,
): readonly PlanFinding[] {
  const expected = new Map(policyBearing(model, stack).map((part) => [`${part.type} ${part.by[1]}`, part]));
  const findings: PlanFinding[] = [];
  for (const part of planned) {
    if (part.operation === "read") continue;
    const recognise = recognisedBy[part.type];
    if (recognise === undefined) {
      findings.push(...ofOtherType(model, part));
      continue;
    }
    const resource = titleOf(part);
    if ((part.operation === "delete" || part.operation === "replace") && !allowReplacement) {
      findings.push({
        resource,
        message: `is to be ${part.operation === "delete" ? "deleted" : "replaced"}, which for a moment or for good leaves what it guards without its policy`,
        row: 40,
      });
    }
    if (part.operation === "delete") continue;
    const key = `${part.type} ${String(recognise(part.inputs))}`;
    const wanted = expected.get(key);
    if (wanted === undefined) {
      findings.push({ resource, message: "is not in the model that has been proven" });
      continue;
    }
    expected.delete(key);
    findings.push(...differences(wanted, part).map((message) => ({ resource, message })));
  }
  const missing = [...expected.values()].map(({ type, by }) => ({
    resource: `${type} ${by[1]}`,
    message: "is in the model that has been proven, but the stack does not plan it",
  }));
  return [...findings, ...missing];
}

/** Where a planned resource is not what the model has, one sentence each. */
function differences({ documents, settings }: PolicyBearing, { inputs }: PlannedPart): string[] {
  const problems: string[] = [];
  for (const [input, document] of Object.entries(documents)) {
    const text = inputs[input];
    if (document === null) {
      if (text !== undefined) problems.push(`${input} is set; the model has none`);
      // The engine leaves a value that is not known yet out of some events, and marks it in others.
    } else if (text === undefined || !isKnown(text))
      problems.push(
        `has no ${input} that is known before the update; where there is none, the cloud chooses one of its own`,
      );
    else if (canonicalPolicy(parsed(text)) !== canonicalPolicy(document)) {
      problems.push(`${input} differs from the model that has been proven`);
    }
  }
  for (const [input, accepted] of Object.entries(settings)) {
    if (accepted.some((value) => JSON.stringify(value) === JSON.stringify(inputs[input]))) continue;
    problems.push(`${input} is ${text(inputs[input])}; the model has ${text(accepted[0])}`);
  }
  return problems;
}

function ofOtherType(model: Model, part: PlannedPart): PlanFinding[] {
  const resource = titleOf(part);
  if (part.operation === "delete") return [];
  if (!harmless.some((type) => type.test(part.type))) {
    return [{ resource, message: "is of a type that may carry a policy or a grant and is not in the model" }];
  }
  return carriedRoles(part)
    .filter((role) => !Object.values(model.roles).some(({ arn, name }) => role === arn || role === name))
    .map((role) => ({ resource, message: `carries the role ${role}, which is not in the model` }));
}

/** Roles that what runs there would hold. */
function carriedRoles({ type, inputs }: PlannedPart): string[] {
  const named: unknown[] =
    type === "aws:ecs/taskDefinition:TaskDefinition"
      ? [inputs.taskRoleArn, inputs.executionRoleArn]
      : type === "aws:ec2/launchTemplate:LaunchTemplate"
        ? Object.values((inputs.iamInstanceProfile ?? {}) as Record<string, unknown>)
        : type.startsWith("aws:cloudwatch/event") || type === "aws:ecs/service:Service"
          ? [inputs.roleArn, inputs.iamRole]
          : [];
  return named.filter((role) => role !== undefined).map(String);
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    // No document: it equals none of the model's.
    return value;
  }
}

const text = (value: unknown) => (value === undefined ? "absent" : JSON.stringify(value));
