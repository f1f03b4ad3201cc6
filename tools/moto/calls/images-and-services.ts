import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import { newer, type Row, random, unread, unrecorded } from "../call.ts";
import { fixture } from "../fixture.ts";

const repositoryName = fixture.repository;
const imageIds = [{ imageTag: fixture.imageTag }];
const absentImage = [{ imageTag: "absent" }];
const cluster = fixture.cluster;
const otherDigest = "moto makes it from a manifest that it has written anew";
const deployments = "in the stand-in a service is at once what it is asked to be";

const unreadOfServices = (list: string): Record<string, string> => ({
  [`${list}.enableExecuteCommand`]: newer,
  ...Object.fromEntries(
    [
      "deploymentController",
      "deployments.createdAt",
      "deployments.failedTasks",
      "deployments.id",
      "deployments.platformFamily",
      "deployments.rolloutStateReason",
      "deployments.updatedAt",
      "loadBalancers",
      "networkConfiguration",
      "propagateTags",
      "schedulingStrategy",
      "serviceRegistries",
      "taskSets",
    ].map((member) => [`${list}.${member}`, unread]),
  ),
});

const unreadOfDefinitions = Object.fromEntries(
  [
    "containerDefinitions.cpu",
    "containerDefinitions.environment",
    "containerDefinitions.mountPoints",
    "containerDefinitions.portMappings",
    "containerDefinitions.volumesFrom",
    "placementConstraints",
    "volumes",
  ].map((member) => [`taskDefinition.${member}`, unread]),
);

export const images: readonly Row<"ecr">[] = [
  [
    "GetAuthorizationToken",
    (client) => client.send(new ecr.GetAuthorizationTokenCommand({})),
    { "authorizationData.authorizationToken": random },
  ],
  [
    "DescribeRepositories",
    (client) => client.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
    {
      "repositories.createdAt": unrecorded,
      "repositories.encryptionConfiguration": unread,
      "repositories.imageScanningConfiguration": unread,
    },
  ],
  [
    "DescribeRepositories, absent",
    (client) => client.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: ["absent"] })),
  ],
  [
    "DescribeImages",
    (client) => client.send(new ecr.DescribeImagesCommand({ repositoryName, imageIds })),
    {
      "imageDetails.imageDigest": otherDigest,
      "imageDetails.imageSizeInBytes": "moto does not add up what the manifest refers to",
    },
  ],
  [
    "DescribeImages, absent",
    (client) => client.send(new ecr.DescribeImagesCommand({ repositoryName, imageIds: absentImage })),
  ],
  [
    "ListImages",
    (client) => client.send(new ecr.ListImagesCommand({ repositoryName })),
    { "imageIds.imageDigest": otherDigest },
  ],
  [
    "BatchGetImage",
    (client) => client.send(new ecr.BatchGetImageCommand({ repositoryName, imageIds })),
    { "images.imageId.imageDigest": otherDigest },
  ],
  [
    "BatchGetImage, absent",
    (client) => client.send(new ecr.BatchGetImageCommand({ repositoryName, imageIds: absentImage })),
  ],
];

export const containers: readonly Row<"ecs">[] = [
  [
    "DescribeClusters",
    (client) => client.send(new ecs.DescribeClustersCommand({ clusters: [cluster] })),
    { "clusters.activeServicesCount": "moto counts no services", "clusters.settings": unread },
  ],
  [
    "DescribeClusters, absent",
    (client) => client.send(new ecs.DescribeClustersCommand({ clusters: ["absent"] })),
  ],
  ["ListServices", (client) => client.send(new ecs.ListServicesCommand({ cluster }))],
  [
    "DescribeServices",
    (client) => client.send(new ecs.DescribeServicesCommand({ cluster, services: [fixture.service] })),
    unreadOfServices("services"),
  ],
  [
    "DescribeServices, absent",
    (client) => client.send(new ecs.DescribeServicesCommand({ cluster, services: ["absent"] })),
    { "failures.arn": "AWS names the cluster in it, moto does not" },
  ],
  [
    "DescribeServices in an absent cluster",
    (client) =>
      client.send(new ecs.DescribeServicesCommand({ cluster: "absent", services: [fixture.service] })),
  ],
  [
    "UpdateService",
    (client) =>
      client.send(new ecs.UpdateServiceCommand({ cluster, service: fixture.service, desiredCount: 2 })),
    {
      ...unreadOfServices("service"),
      "service.tags": unread,
      "service.deployments.desiredCount": deployments,
      "service.deployments.runningCount": deployments,
    },
  ],
  [
    "UpdateService, absent",
    (client) => client.send(new ecs.UpdateServiceCommand({ cluster, service: "absent", desiredCount: 2 })),
  ],
  [
    "DescribeTaskDefinition",
    (client) => client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: fixture.taskFamily })),
    unreadOfDefinitions,
  ],
  [
    "DescribeTaskDefinition, absent",
    (client) => client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: "absent" })),
  ],
  [
    "DescribeTasks, absent",
    (client, { account }) =>
      client.send(
        new ecs.DescribeTasksCommand({
          cluster,
          tasks: [`arn:aws:ecs:us-east-2:${account}:task/${cluster}/${"0".repeat(32)}`],
        }),
      ),
    { failures: "AWS names the missing tasks, moto answers none" },
  ],
];
