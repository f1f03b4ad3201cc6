import { paginateDescribeVpcEndpoints } from "@aws-sdk/client-ec2";
import { GetRepositoryPolicyCommand, paginateDescribeRepositories } from "@aws-sdk/client-ecr";
import { GetResourcePolicyCommand, paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { WorldResource } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";
import { type Attempt, unless } from "./attempt.ts";

/** What was read of a resource, the placeholder that stood for it in the plan, and the inputs that rules look at. */
export interface DeployedResource {
  /** Absent: it decides nothing about who may do what. */
  readonly resource?: WorldResource;
  readonly placeholder?: string;
  readonly parts?: readonly PlannedPart[];
}

/** RDS keeps the databases' master passwords in secrets of its own, which nobody else may name so. */
const managedByRds = /:secret:rds!/;

export async function readSecrets(
  { secretsManager }: AwsClients,
  account: string,
  attempt: Attempt,
): Promise<readonly DeployedResource[]> {
  const found: DeployedResource[] = [];
  for await (const { SecretList: page = [] } of paginateListSecrets({ client: secretsManager }, {})) {
    for (const { ARN: arn = "" } of page) {
      if (managedByRds.test(arn)) continue;
      const answer = await attempt(arn, () =>
        secretsManager.send(new GetResourcePolicyCommand({ SecretId: arn })),
      );
      if (answer === undefined) continue;
      found.push({
        resource: { arn, account, kind: "secret", policy: parsed(answer.ResourcePolicy) },
        placeholder: arn.replace(/-[A-Za-z0-9]{6}$/, "-NotYet"),
      });
    }
  }
  return found;
}

export async function readRepositories(
  { ecr }: AwsClients,
  account: string,
  attempt: Attempt,
): Promise<readonly DeployedResource[]> {
  const found: DeployedResource[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client: ecr }, {})) {
    for (const { repositoryArn: arn = "", repositoryName, imageTagMutability } of repositories) {
      const policy = await attempt(arn, async () => {
        const text = await unless("RepositoryPolicyNotFoundException", async () => {
          const answer = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
          return answer.policyText;
        });
        return parsed(text);
      });
      if (policy === undefined) continue;
      const inputs = { imageTagMutability };
      found.push({
        resource: { arn, account, kind: "repository", policy },
        parts: [{ urn: arn, type: "aws:ecr/repository:Repository", operation: "same", inputs }],
      });
    }
  }
  return found;
}

export async function readEndpoints(
  { ec2 }: AwsClients,
  account: string,
  region: string,
): Promise<readonly DeployedResource[]> {
  const prefix = `arn:aws:ec2:${region}:${account}:vpc-endpoint/`;
  const found: DeployedResource[] = [];
  for await (const { VpcEndpoints: page = [] } of paginateDescribeVpcEndpoints({ client: ec2 }, {})) {
    for (const { VpcEndpointId: id, ServiceName: service = "", PolicyDocument: policy } of page) {
      const arn = `${prefix}${id}`;
      found.push({
        resource: { arn, account, kind: "vpc-endpoint", policy: parsed(policy) },
        placeholder: `${prefix}not-yet-made-${service.replace(`com.amazonaws.${region}.`, "")}`,
        parts: [{ urn: arn, type: "aws:ec2/vpcEndpoint:VpcEndpoint", operation: "same", inputs: { policy } }],
      });
    }
  }
  return found;
}

function parsed(policy: string | undefined): Record<string, unknown> | null {
  return policy === undefined || policy === "" ? null : (JSON.parse(policy) as Record<string, unknown>);
}
