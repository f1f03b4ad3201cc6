import { paginateDescribeInstances, paginateDescribeVpcEndpoints } from "@aws-sdk/client-ec2";
import { GetRepositoryPolicyCommand, paginateDescribeRepositories } from "@aws-sdk/client-ecr";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { GetBucketPolicyCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetResourcePolicyCommand, paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { WorldResource } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";

/** What was read of a resource, the placeholder that stood for it in the plan, and the inputs that rules look at. */
export interface DeployedResource {
  readonly resource: WorldResource;
  readonly placeholder?: string;
  readonly part?: PlannedPart;
}

/** RDS keeps the databases' master passwords in secrets of its own, which nobody else may name so. */
const managedByRds = /:secret:rds!/;

export async function readSecrets(
  { secretsManager }: AwsClients,
  account: string,
): Promise<readonly DeployedResource[]> {
  const found: DeployedResource[] = [];
  for await (const { SecretList: page = [] } of paginateListSecrets({ client: secretsManager }, {})) {
    for (const { ARN: arn = "" } of page) {
      if (managedByRds.test(arn)) continue;
      const { ResourcePolicy: policy } = await secretsManager.send(
        new GetResourcePolicyCommand({ SecretId: arn }),
      );
      found.push({
        resource: { arn, account, kind: "secret", policy: parsed(policy) },
        placeholder: arn.replace(/-[A-Za-z0-9]{6}$/, "-NotYet"),
      });
    }
  }
  return found;
}

export async function readBuckets({ s3 }: AwsClients, account: string): Promise<readonly DeployedResource[]> {
  const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return await Promise.all(
    buckets.map(async ({ Name: name = "" }) => {
      const policy = await unless("NoSuchBucketPolicy", async () => {
        const answer = await s3.send(new GetBucketPolicyCommand({ Bucket: name }));
        return answer.Policy;
      });
      return {
        resource: { arn: `arn:aws:s3:::${name}`, account, kind: "bucket", policy: parsed(policy) },
      } as const;
    }),
  );
}

export async function readRepositories(
  { ecr }: AwsClients,
  account: string,
): Promise<readonly DeployedResource[]> {
  const found: DeployedResource[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client: ecr }, {})) {
    for (const { repositoryArn: arn = "", repositoryName, imageTagMutability } of repositories) {
      const policy = await unless("RepositoryPolicyNotFoundException", async () => {
        const answer = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
        return answer.policyText;
      });
      found.push({
        resource: { arn, account, kind: "repository", policy: parsed(policy) },
        part: {
          urn: arn,
          type: "aws:ecr/repository:Repository",
          operation: "same",
          inputs: { imageTagMutability },
        },
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
        part: { urn: arn, type: "aws:ec2/vpcEndpoint:VpcEndpoint", operation: "same", inputs: { policy } },
      });
    }
  }
  return found;
}

/** Hosts that carry a role; a placeholder stands for the host of each node's role. */
export async function readHosts(
  { ec2 }: AwsClients,
  account: string,
  region: string,
  profileRoles: ReadonlyMap<string, string>,
  placeholders: ReadonlyMap<string, string>,
): Promise<readonly DeployedResource[]> {
  const found: DeployedResource[] = [];
  for await (const { Reservations: page = [] } of paginateDescribeInstances({ client: ec2 }, {})) {
    for (const instance of page.flatMap(({ Instances: instances = [] }) => instances)) {
      const roleArn = profileRoles.get(instance.IamInstanceProfile?.Arn ?? "");
      if (roleArn === undefined || instance.State?.Name === "terminated") continue;
      found.push({
        resource: {
          arn: `arn:aws:ec2:${region}:${account}:instance/${instance.InstanceId}`,
          account,
          kind: "compute",
          service: "ec2",
          roleArn,
        },
        placeholder: placeholders.get(roleArn),
      });
    }
  }
  return found;
}

/** Tasks by their family, under the ARN that stands for them in the plan. */
export async function readTasks(
  { ecs }: AwsClients,
  account: string,
  families: ReadonlyMap<string, string>,
): Promise<readonly DeployedResource[]> {
  const found = await Promise.all(
    [...families].map(async ([family, arn]): Promise<DeployedResource[]> => {
      const taskDefinition = await unless("ClientException", async () => {
        const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
        return answer.taskDefinition;
      });
      if (taskDefinition?.taskRoleArn === undefined) return [];
      const { taskRoleArn: roleArn, containerDefinitions = [] } = taskDefinition;
      return [
        {
          resource: { arn, account, kind: "compute", service: "ecs", roleArn },
          part: {
            urn: taskDefinition.taskDefinitionArn ?? arn,
            type: "aws:ecs/taskDefinition:TaskDefinition",
            operation: "same",
            inputs: { containerDefinitions: JSON.stringify(containerDefinitions) },
          },
        },
      ];
    }),
  );
  return found.flat();
}

function parsed(policy: string | undefined): Record<string, unknown> | null {
  return policy === undefined || policy === "" ? null : (JSON.parse(policy) as Record<string, unknown>);
}

/** The answer, or undefined where the service answers with this error that there is none. */
async function unless<T>(error: string, call: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if ((thrown as Error).name === error) return undefined;
    throw thrown;
  }
}
