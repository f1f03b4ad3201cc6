import type { Store } from "../../store.ts";
import {
  actions,
  arn,
  find,
  hex,
  type Place,
  type Properties,
  type ResourceTypes,
  record,
  records,
  strings,
  words,
} from "../resource-type.ts";
import { addressIn, ec2Id, subnetReference } from "./network.ts";

const instanceType = "aws:ec2/instance:Instance";
const launchTemplateReference = {
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  code: "InvalidLaunchTemplateId.NotFound",
} as const;

export const hostTypes: ResourceTypes = {
  "aws:ec2/networkInterface:NetworkInterface": {
    service: "ec2",
    label: "EC2 Network Interface",
    actions: actions(
      "CreateNetworkInterface",
      "DescribeNetworkInterfaces",
      "ModifyNetworkInterfaceAttribute",
      "DeleteNetworkInterface",
    ),
    required: ["subnetId"],
    optional: words("description securityGroups privateIps sourceDestCheck"),
    replaceOn: ["subnetId"],
    taggable: true,
    references: { subnetId: subnetReference },
    computed: ({ subnetId, privateIps }, place) => {
      const id = ec2Id("eni");
      const [first = addressIn(find(place, subnetReference.type, subnetId)?.properties, id)] =
        strings(privateIps);
      return {
        networkInterfaceId: id,
        arn: arn("ec2", place, `network-interface/${id}`),
        ownerId: place.caller.account,
        macAddress: `0a:${hex(10).replace(/..(?=.)/g, "$&:")}`,
        privateIp: first,
        privateIps: [first],
        privateIpLists: [first],
        privateIpsCount: 0,
        privateDnsName: `ip-${first.replaceAll(".", "-")}.${place.region}.compute.internal`,
        attachments: [],
        enablePrimaryIpv6: false,
        interfaceType: "interface",
        ipv4PrefixCount: 0,
        ipv4Prefixes: [],
        ipv6AddressCount: 0,
        ipv6AddressLists: [],
        ipv6Addresses: [],
        ipv6PrefixCount: 0,
        ipv6Prefixes: [],
        outpostArn: "",
        securityGroups: [],
        sourceDestCheck: true,
      };
    },
    id: ({ networkInterfaceId }) => `${networkInterfaceId}`,
    arn: "arn",
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    service: "ec2",
    label: "EC2 Launch Template",
    actions: actions(
      "CreateLaunchTemplate",
      "DescribeLaunchTemplates",
      "CreateLaunchTemplateVersion",
      "DeleteLaunchTemplate",
    ),
    required: [],
    optional: words(
      "name description imageId instanceType iamInstanceProfile enclaveOptions metadataOptions blockDeviceMappings networkInterfaces monitoring userData tagSpecifications updateDefaultVersion vpcSecurityGroupIds disableApiTermination ebsOptimized",
    ),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "InvalidLaunchTemplateName.AlreadyExistsException" },
    computed: (_inputs, place) => {
      const id = ec2Id("lt");
      return {
        launchTemplateId: id,
        arn: arn("ec2", place, `launch-template/${id}`),
        latestVersion: 1,
        defaultVersion: 1,
        metadataOptions: {},
      };
    },
    updated: ({ latestVersion, defaultVersion, updateDefaultVersion }) => {
      const next = Number(latestVersion) + 1;
      return { latestVersion: next, defaultVersion: updateDefaultVersion === true ? next : defaultVersion };
    },
    id: ({ launchTemplateId }) => `${launchTemplateId}`,
    arn: "arn",
  },
  "aws:autoscaling/group:Group": {
    service: "autoscaling",
    label: "Auto Scaling Group",
    actions: actions(
      "CreateAutoScalingGroup",
      "DescribeAutoScalingGroups",
      "UpdateAutoScalingGroup",
      "DeleteAutoScalingGroup",
    ),
    required: words("maxSize minSize"),
    optional: words(
      "name desiredCapacity availabilityZones vpcZoneIdentifiers launchTemplate healthCheckType healthCheckGracePeriod enabledMetrics instanceRefresh tags terminationPolicies maxInstanceLifetime forceDelete waitForCapacityTimeout protectFromScaleIn targetGroupArns",
    ),
    replaceOn: ["name"],
    autoName: "name",
    unique: { by: ["name"], code: "AlreadyExists" },
    computed: ({ name, minSize }, place) => ({
      arn: arn(
        "autoscaling",
        place,
        `autoScalingGroup:${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}:autoScalingGroupName/${name}`,
      ),
      desiredCapacity: minSize,
      availabilityZones: [],
      availabilityZoneDistribution: { capacityDistributionStrategy: "balanced-best-effort" },
      capacityReservationSpecification: {},
      defaultCooldown: 300,
      healthCheckType: "EC2",
      healthCheckGracePeriod: 300,
      instanceLifecyclePolicy: {},
      loadBalancers: [],
      mixedInstancesPolicy: {},
      predictedCapacity: 0,
      serviceLinkedRoleArn: `arn:aws:iam::${place.caller.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      targetGroupArns: [],
      trafficSources: [],
      vpcZoneIdentifiers: [],
      warmPoolSize: 0,
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    effects: ({ properties, previous }, place) => {
      const name = `${properties?.name ?? previous?.name}`;
      const wanted = properties === undefined ? 0 : Number(properties.desiredCapacity);
      const version = properties === undefined ? undefined : launched(properties, place).version;
      // With an instance refresh, hosts of another version of the launch template are replaced.
      const current = instancesOf(place, name).filter(({ id, properties: host }) => {
        const stale =
          properties?.instanceRefresh !== undefined && record(host.launchTemplate).version !== version;
        if (stale) place.store.delete(place.caller.account, instanceType, id);
        return !stale;
      });
      for (const { id } of current.slice(Math.max(0, wanted)))
        place.store.delete(place.caller.account, instanceType, id);
      if (properties === undefined) return;
      for (let missing = wanted - current.length; missing > 0; missing--) launch(properties, place);
    },
  },
};

function instancesOf(
  { store, caller }: { readonly store: Store; readonly caller: { readonly account: string } },
  group: string,
) {
  return store
    .list({ account: caller.account, type: instanceType })
    .filter(({ properties }) => record(properties.tags)["aws:autoscaling:groupName"] === group);
}

/** The launch template of a group and the version that it means now. */
function launched(group: Properties, place: Place) {
  const { id, name, version } = record(group.launchTemplate);
  const template =
    find(place, launchTemplateReference.type, id) ??
    place.store
      .list({ account: place.caller.account, type: launchTemplateReference.type })
      .find(({ properties }) => properties.name === name);
  const { latestVersion, defaultVersion } = template?.properties ?? {};
  const number =
    version === "$Latest"
      ? latestVersion
      : version === "$Default" || version === undefined
        ? defaultVersion
        : version;
  return { template, version: `${number}` };
}

function launch(group: Properties, place: Place): void {
  const { template, version } = launched(group, place);
  const settings = template?.properties ?? {};
  const [networkInterface] = records(settings.networkInterfaces);
  const attached = find(
    place,
    "aws:ec2/networkInterface:NetworkInterface",
    networkInterface?.networkInterfaceId,
  )?.properties;
  const subnetId = attached?.subnetId ?? strings(group.vpcZoneIdentifiers)[0];
  const subnet = find(place, subnetReference.type, subnetId)?.properties;
  const id = ec2Id("i");
  const instanceArn = arn("ec2", place, `instance/${id}`);
  const propagated = records(group.tags).filter(({ propagateAtLaunch }) => propagateAtLaunch === true);
  const ofTemplate = records(settings.tagSpecifications).find(
    ({ resourceType }) => resourceType === "instance",
  );
  const tags = {
    ...record(ofTemplate?.tags),
    ...Object.fromEntries(propagated.map(({ key, value }) => [`${key}`, value])),
    "aws:autoscaling:groupName": group.name,
    "aws:ec2launchtemplate:id": settings.launchTemplateId,
    "aws:ec2launchtemplate:version": version,
  };
  place.store.put({
    account: place.caller.account,
    type: instanceType,
    id,
    arn: instanceArn,
    properties: {
      instanceId: id,
      arn: instanceArn,
      ami: settings.imageId,
      instanceType: settings.instanceType,
      instanceState: "running",
      launchTime: place.now.toISOString(),
      availabilityZone: subnet?.availabilityZone ?? strings(group.availabilityZones)[0],
      subnetId,
      vpcSecurityGroupIds: attached?.securityGroups ?? settings.vpcSecurityGroupIds ?? [],
      networkInterfaceId: networkInterface?.networkInterfaceId,
      privateIp: attached?.privateIp ?? addressIn(subnet, id),
      iamInstanceProfile: record(settings.iamInstanceProfile).name,
      enclaveOptions: settings.enclaveOptions,
      metadataOptions: settings.metadataOptions,
      launchTemplate: { id: settings.launchTemplateId, version },
      tags,
      tagsAll: tags,
    },
  });
}
