import type { Deployment } from "../spec/deployment.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";

/** Trust in principals that exist before the deployment does. */
export function trusts(principals: readonly string[]): PolicyDocument {
  return policy({ Sid: "Assume", Effect: "Allow", Principal: { AWS: principals }, Action: "sts:AssumeRole" });
}

/**
 * Trust that asks for a second factor where AWS can see one. Only a user's own session carries it; a role's session never does, and
 * for those the second factor is the business of whoever signs the person in.
 */
export function trustsWithSecondFactor(principals: readonly string[]): PolicyDocument {
  const users = principals.filter((arn) => arn.includes(":user/"));
  const roles = principals.filter((arn) => !arn.includes(":user/"));
  const statements: Statement[] = [];
  if (users.length > 0) {
    statements.push({
      Sid: "AssumeWithSecondFactor",
      Effect: "Allow",
      Principal: { AWS: users },
      Action: "sts:AssumeRole",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    });
  }
  if (roles.length > 0) {
    statements.push({ Sid: "Assume", Effect: "Allow", Principal: { AWS: roles }, Action: "sts:AssumeRole" });
  }
  return policy(...statements);
}

/** Trust in one subject of a pipeline's identity provider; its token must be made for AWS (IAM user guide, "OIDC federation"). */
export function trustsPipeline(
  accountId: string,
  { provider, audience, subject }: Deployment["ci"][number],
  index: number,
): Statement {
  return {
    Sid: `Pipeline${index + 1}`,
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${provider}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject } },
  };
}

/** Trust in EC2, for the role that a node's host carries. */
export const trustsHosts: PolicyDocument = policy({
  Sid: "Host",
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
});

/** Trust in ECS for tasks of the infrastructure account alone (confused deputy, as the ECS developer guide advises). */
export function trustsTasks(scope: Scope): PolicyDocument {
  const account = scope.id("infrastructure");
  return policy({
    Sid: "Task",
    Effect: "Allow",
    Principal: { Service: "ecs-tasks.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:ecs:${scope.region}:${account}:*` },
    },
  });
}
