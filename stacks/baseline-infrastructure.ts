import type { Provider } from "@pulumi/aws";
import { AccountBaseline } from "../components/account-baseline.ts";
import { Bucket } from "../components/bucket.ts";
import { Egress } from "../components/egress.ts";
import { createKey } from "../components/key.ts";
import { entry } from "../components/lookup.ts";
import { Network } from "../components/network.ts";
import { Platform } from "../components/platform.ts";
import { Zones } from "../components/zones.ts";
import type { Model } from "../isolation/model.ts";
import { nodeNumbers } from "../spec/deployment.ts";
import type { StackContext, StackDefinition } from "./definition.ts";
import { unknownId } from "./placeholders.ts";
import { servicesOf } from "./services.ts";

const id = "baseline-infrastructure";

/** What the infrastructure account has before the wallet: network, names, roles, cluster, registry, logs, trail. */
export const baselineInfrastructure: StackDefinition<typeof id> = {
  id,
  account: "infrastructure",
  title: "Network, names, roles, cluster, registry, logs and trail of the infrastructure account",
  needs: [],
  longLived: false,
  placeholders,
  program,
};

function program(context: StackContext, provider: Provider) {
  const { deployment, model } = context;
  const { names } = model;
  const options = { provider };
  const account = new AccountBaseline(
    "account",
    { model, stack: id, account: "infrastructure", alarmEmail: deployment.alarms.email },
    options,
  );
  const network = new Network(
    "network",
    {
      model,
      stack: id,
      block: deployment.sizes.network,
      zones: deployment.sizes.zones,
      natInEveryZone: deployment.profile === "production",
    },
    options,
  );
  new Egress(
    "egress",
    {
      vpcId: network.vpcId,
      prefix: names.prefix,
      region: model.region,
      privateZone: names.privateZone,
      allowedDomains: deployment.allowedDomains,
    },
    options,
  );
  const zones = new Zones(
    "zones",
    { zone: names.zone, privateZone: names.privateZone, vpcId: network.vpcId },
    options,
  );
  const artefactKey = createKey(entry(model.keys, "artefacts", "key"), names.prefix, options);
  const artefacts = new Bucket(
    "artefacts",
    { bucket: entry(model.buckets, "artefacts", "bucket"), keyArn: artefactKey.arn },
    options,
  );
  // Elastic Load Balancing writes its access logs under S3's own key only.
  new Bucket("access-logs", { bucket: entry(model.buckets, "access-logs", "bucket") }, options);
  const platform = new Platform("platform", { model, logGroups: logGroupsOf(servicesOf(context)) }, options);
  return {
    zoneId: zones.zoneId,
    zoneNameServers: zones.nameServers,
    privateZoneId: zones.privateZoneId,
    privateNamespaceId: zones.privateNamespaceId,
    vpcId: network.vpcId,
    publicSubnetIds: network.publicSubnetIds,
    privateSubnetIds: network.privateSubnetIds,
    isolatedSubnetIds: network.isolatedSubnetIds,
    endpointSecurityGroupId: network.endpointSecurityGroupId,
    s3PrefixListId: network.s3PrefixListId,
    clusterArn: platform.clusterArn,
    clusterName: platform.clusterName,
    repositoryUrls: platform.repositoryUrls,
    artefactBucket: artefacts.bucketName,
    logKeyArn: platform.logKeyArn,
    logGroupNames: platform.logGroupNames,
    alarmTopicArn: account.alarmTopicArn,
    instanceProfileNames: account.instanceProfileNames,
    keyAdminRoleArn: entry(account.roleArns, "policy-node0-key-admin", "role"),
    sealingRoleArn: entry(account.roleArns, "policy-node0-sealing", "role"),
    verifierRoleArn: entry(account.roleArns, "verifier-infrastructure", "role"),
    trailArn: account.trailArn,
  };
}

/** The vendor's names of the log groups, without namespace and environment. */
function logGroupsOf(services: readonly string[]): string[] {
  return [
    ...services,
    "broker",
    "database-init",
    "bootstrap",
    ...nodeNumbers.map((node) => `nitro-enclaves/instance${node}`),
  ];
}

function placeholders({ names, region, accountIds, repositories, topics }: Model) {
  const account = accountIds.infrastructure;
  const subnets = (kind: string) =>
    ["a", "b", "c", "d", "e", "f"].map((zone) => unknownId(`${kind}-subnet-${zone}`));
  const services = Object.keys(repositories).filter((component) => component !== "policy-node");
  const groups = logGroupsOf(
    services.filter((name) => !["broker", "database-init", "bootstrap"].includes(name)),
  );
  return {
    zoneId: unknownId("zone"),
    zoneNameServers: [unknownId("name-server")],
    privateZoneId: unknownId("private-zone"),
    privateNamespaceId: unknownId("private-namespace"),
    vpcId: unknownId("vpc"),
    publicSubnetIds: subnets("public"),
    privateSubnetIds: subnets("private"),
    isolatedSubnetIds: subnets("isolated"),
    endpointSecurityGroupId: unknownId("endpoint-security-group"),
    s3PrefixListId: unknownId("s3-prefix-list"),
    clusterArn: `arn:aws:ecs:${region}:${account}:cluster/${names.prefix}`,
    clusterName: names.prefix,
    repositoryUrls: Object.fromEntries(
      Object.values(repositories).map(({ component, name }) => [
        component,
        `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
      ]),
    ),
    artefactBucket: names.bucket("infrastructure", "artefacts"),
    logKeyArn: `arn:aws:kms:${region}:${account}:key/${unknownId("logs")}`,
    logGroupNames: Object.fromEntries(groups.map((group) => [group, names.logGroup(group)])),
    alarmTopicArn: entry(topics, "alarms-infrastructure", "topic").arn,
    instanceProfileNames: Object.fromEntries(
      nodeNumbers.map((node) => [String(node), names.nodeRole(node).name]),
    ),
    keyAdminRoleArn: names.keyAdminRole(0).arn,
    sealingRoleArn: names.sealingRole(0).arn,
    verifierRoleArn: names.verifierRole("infrastructure").arn,
    trailArn: `arn:aws:cloudtrail:${region}:${account}:trail/${names.prefix}-trail`,
  };
}
