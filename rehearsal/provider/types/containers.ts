import { AwsError } from "../../request.ts";
import { actions, arn, find, type ResourceTypes, words } from "../resource-type.ts";
import { roleReference, validDocument } from "./identity.ts";

const repositoryReference = {
  type: "aws:ecr/repository:Repository",
  code: "RepositoryNotFoundException",
} as const;

export const containerTypes: ResourceTypes = {
  "aws:ecr/repository:Repository": {
    service: "ecr",
    label: "ECR Repository",
    actions: actions(
      "CreateRepository",
      "DescribeRepositories",
      { otherwise: "PutImageTagMutability", imageScanningConfiguration: "PutImageScanningConfiguration" },
      "DeleteRepository",
    ),
    required: [],
    optional: words(
      "name imageTagMutability imageScanningConfiguration encryptionConfigurations forceDelete",
    ),
    replaceOn: words("name encryptionConfigurations"),
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "RepositoryAlreadyExistsException" },
    computed: ({ name }, place) => ({
      arn: arn("ecr", place, `repository/${name}`),
      registryId: place.caller.account,
      repositoryUrl: `${place.caller.account}.dkr.ecr.${place.region}.amazonaws.com/${name}`,
      imageTagMutability: "MUTABLE",
      forceDelete: false,
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    refuseDelete: ({ name, forceDelete }, place) => {
      const holds = place.store
        .list({ account: place.caller.account, type: "ecr:image" })
        .some(({ properties }) => properties.repository === name);
      if (!holds || forceDelete === true) return;
      throw new AwsError(
        "RepositoryNotEmptyException",
        `The repository with name '${name}' in registry with id '${place.caller.account}' cannot be deleted because it still contains images`,
      );
    },
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    service: "ecr",
    label: "ECR Repository Policy",
    actions: actions(
      "SetRepositoryPolicy",
      "GetRepositoryPolicy",
      "SetRepositoryPolicy",
      "DeleteRepositoryPolicy",
    ),
    required: words("policy repository"),
    optional: [],
    replaceOn: ["repository"],
    references: { repository: repositoryReference },
    computed: (_inputs, place) => ({ registryId: place.caller.account }),
    id: ({ repository }) => `${repository}`,
    validate: ({ policy }) => validDocument(policy, "InvalidParameterException"),
  },
  "aws:ecs/cluster:Cluster": {
    service: "ecs",
    label: "ECS Cluster",
    actions: actions("CreateCluster", "DescribeClusters", "UpdateCluster", "DeleteCluster"),
    required: [],
    optional: words("name settings configuration"),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "ClusterAlreadyExistsException" },
    computed: ({ name }, place) => ({
      arn: arn("ecs", place, `cluster/${name}`),
      settings: [{ name: "containerInsights", value: "disabled" }],
    }),
    id: (properties) => `${properties.arn}`,
    importId: ({ name }) => `${name}`,
    arn: "arn",
  },
  // The real provider's id is the family. Two revisions live side by side while one replaces the other, so here it is the revision's ARN,
  // which is also what the real provider imports by.
  "aws:ecs/taskDefinition:TaskDefinition": {
    service: "ecs",
    label: "ECS Task Definition",
    actions: actions(
      "RegisterTaskDefinition",
      "DescribeTaskDefinition",
      "TagResource",
      "DeregisterTaskDefinition",
    ),
    required: words("containerDefinitions family"),
    optional: words(
      "cpu memory networkMode requiresCompatibilities executionRoleArn taskRoleArn runtimePlatform volumes ephemeralStorage skipDestroy",
    ),
    replaceOn: words(
      "containerDefinitions family cpu memory networkMode requiresCompatibilities executionRoleArn taskRoleArn runtimePlatform volumes ephemeralStorage",
    ),
    taggable: true,
    references: {
      executionRoleArn: { ...roleReference, code: "ClientException" },
      taskRoleArn: { ...roleReference, code: "ClientException" },
    },
    computed: ({ family }, place) => {
      const earlier = place.store
        .list({ account: place.caller.account, type: "aws:ecs/taskDefinition:TaskDefinition" })
        .filter(({ properties }) => properties.family === family);
      const revision = Math.max(0, ...earlier.map(({ properties }) => Number(properties.revision))) + 1;
      const arnWithoutRevision = arn("ecs", place, `task-definition/${family}`);
      return {
        arn: `${arnWithoutRevision}:${revision}`,
        arnWithoutRevision,
        revision,
        enableFaultInjection: false,
        networkMode: "bridge",
        skipDestroy: false,
        trackLatest: false,
      };
    },
    id: (properties) => `${properties.arn}`,
    arn: "arn",
    validate: ({ containerDefinitions }) => {
      if (isJsonList(`${containerDefinitions}`)) return;
      throw new AwsError(
        "ClientException",
        "containerDefinitions is not a JSON list of container definitions.",
      );
    },
  },
  "aws:ecs/service:Service": {
    service: "ecs",
    label: "ECS Service",
    actions: actions("CreateService", "DescribeServices", "UpdateService", "DeleteService"),
    required: [],
    optional: words(
      "name cluster taskDefinition desiredCount launchType platformVersion enableExecuteCommand enableEcsManagedTags propagateTags deploymentCircuitBreaker deploymentMinimumHealthyPercent deploymentMaximumPercent networkConfiguration loadBalancers serviceRegistries healthCheckGracePeriodSeconds waitForSteadyState forceDelete forceNewDeployment triggers",
    ),
    replaceOn: words("name cluster launchType"),
    taggable: true,
    autoName: "name",
    references: {
      cluster: { type: "aws:ecs/cluster:Cluster", code: "ClusterNotFoundException" },
      taskDefinition: { type: "aws:ecs/taskDefinition:TaskDefinition", code: "ClientException" },
    },
    unique: { by: words("cluster name"), code: "InvalidParameterException" },
    computed: ({ name, cluster }, place) => ({
      arn: arn("ecs", place, `service/${clusterName(cluster)}/${name}`),
      desiredCount: 0,
      availabilityZoneRebalancing: "DISABLED",
      cluster: arn("ecs", place, "cluster/default"),
      deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
      deploymentMaximumPercent: 200,
      deploymentMinimumHealthyPercent: 100,
      enableEcsManagedTags: false,
      enableExecuteCommand: false,
      iamRole: `/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      launchType: "EC2",
      platformVersion: "LATEST",
      schedulingStrategy: "REPLICA",
    }),
    id: (properties) => `${properties.arn}`,
    importId: ({ cluster, name }) => `${clusterName(cluster)}/${name}`,
    arn: "arn",
    validate: ({ loadBalancers }, place) => {
      for (const { targetGroupArn } of Array.isArray(loadBalancers) ? loadBalancers : []) {
        if (find(place, "aws:lb/targetGroup:TargetGroup", targetGroupArn) !== undefined) continue;
        throw new AwsError("InvalidParameterException", `The target group ${targetGroupArn} does not exist.`);
      }
    },
  },
};

const clusterName = (cluster: unknown) => `${cluster ?? "default"}`.split("/").at(-1);

function isJsonList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
