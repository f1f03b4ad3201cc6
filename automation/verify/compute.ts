import {
  type LaunchTemplateVersion,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplateVersions,
} from "@aws-sdk/client-ec2";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  paginateListClusters,
  paginateListServices,
  type Service,
} from "@aws-sdk/client-ecs";
import type { PlannedPart } from "../../isolation/plan.ts";
import type { AwsClients } from "../aws.ts";
import { unless } from "./attempt.ts";
import type { DeployedResource } from "./resources.ts";

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

/** What hosts are started from: of each launch template the version that is taken by default, and the newest. */
export async function readTemplates(
  { ec2: client }: AwsClients,
  account: string,
  region: string,
): Promise<readonly PlannedPart[]> {
  const asked = { Versions: ["$Latest", "$Default"] };
  const found = new Map<string, PlannedPart>();
  for await (const { LaunchTemplateVersions: page = [] } of paginateDescribeLaunchTemplateVersions(
    { client },
    asked,
  )) {
    for (const version of page) {
      const arn = `arn:aws:ec2:${region}:${account}:launch-template/${version.LaunchTemplateId}`;
      const urn = `${arn} version ${version.VersionNumber}`;
      found.set(urn, {
        urn,
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        operation: "same",
        inputs: templateInputs(version),
      });
    }
  }
  return [...found.values()];
}

/** Under the names that the plan has for them. */
function templateInputs({
  LaunchTemplateName: name,
  LaunchTemplateData: data = {},
}: LaunchTemplateVersion): PlannedPart["inputs"] {
  return {
    name,
    imageId: data.ImageId,
    iamInstanceProfile: { name: data.IamInstanceProfile?.Name, arn: data.IamInstanceProfile?.Arn },
    enclaveOptions: { enabled: data.EnclaveOptions?.Enabled },
    metadataOptions: {
      httpTokens: data.MetadataOptions?.HttpTokens,
      httpPutResponseHopLimit: data.MetadataOptions?.HttpPutResponseHopLimit,
    },
    blockDeviceMappings: (data.BlockDeviceMappings ?? []).map((mapping) => ({
      deviceName: mapping.DeviceName,
      ebs: { encrypted: mapping.Ebs?.Encrypted },
    })),
    userData: data.UserData,
  };
}

/** ECS describes that many services at once (API reference, "DescribeServices"). */
const describedAtOnce = 10;

/** Every service of every cluster, with the definition of the tasks that it runs. */
export async function readServices({ ecs: client }: AwsClients): Promise<readonly Service[]> {
  const found: Service[] = [];
  for await (const { clusterArns = [] } of paginateListClusters({ client }, {})) {
    for (const cluster of clusterArns) {
      const asked = { cluster, maxResults: describedAtOnce };
      for await (const { serviceArns = [] } of paginateListServices({ client }, asked)) {
        if (serviceArns.length === 0) continue;
        const answer = await client.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
        found.push(...(answer.services ?? []));
      }
    }
  }
  return found;
}

export function serviceParts(services: readonly Service[]): PlannedPart[] {
  return services.map(({ serviceArn: urn = "", enableExecuteCommand }) => ({
    urn,
    type: "aws:ecs/service:Service",
    operation: "same",
    inputs: { enableExecuteCommand },
  }));
}

/**
 * Tasks by their definition: the newest of each of the deployment's families, under the ARN that stands for its tasks in the plan, and
 * whatever else a service runs.
 */
export async function readTasks(
  { ecs }: AwsClients,
  account: string,
  families: ReadonlyMap<string, string>,
  services: readonly Service[],
): Promise<readonly DeployedResource[]> {
  const running = services.map(({ taskDefinition = "" }) => taskDefinition);
  const found = await Promise.all(
    [...new Set([...families.keys(), ...running])].map(async (asked): Promise<DeployedResource[]> => {
      const definition = await unless("ClientException", async () => {
        const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: asked }));
        return answer.taskDefinition;
      });
      if (definition === undefined) return [];
      const { taskDefinitionArn: urn = asked, taskRoleArn: roleArn, containerDefinitions = [] } = definition;
      const part: PlannedPart = {
        urn,
        type: "aws:ecs/taskDefinition:TaskDefinition",
        operation: "same",
        inputs: { containerDefinitions: JSON.stringify(containerDefinitions) },
      };
      const arn = families.get(definition.family ?? "") ?? urn;
      return [
        roleArn === undefined
          ? { parts: [part] }
          : { resource: { arn, account, kind: "compute", service: "ecs", roleArn }, parts: [part] },
      ];
    }),
  );
  return found.flat();
}
