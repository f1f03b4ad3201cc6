import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from "@pulumi/pulumi";
import type { Model, ModelNode } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import { createAlarm } from "./alarm.ts";
import { brokerPort } from "./broker.ts";
import { databasePort } from "./database.ts";
import { entry } from "./lookup.ts";
import { allowOut, connect, createSecurityGroup } from "./security-group.ts";
import type { Placement } from "./task.ts";

/** Port of a node for the other nodes. */
export const nodePort = 9080;
/** Port on which a node answers whether it is healthy. */
const nodeHealthPort = 8080;

export interface PolicyNodeArgs {
  readonly model: Model;
  readonly node: ModelNode;
  /** The stack, whose inline policies of the node's role are attached here. */
  readonly stack: string;
  readonly placement: Placement;
  /** Isolated subnet, and the availability zone that it is in. */
  readonly subnetId: Input<string>;
  readonly zone: string;
  readonly instanceType: string;
  /** Pinned machine image. */
  readonly imageId: string;
  readonly volumeGigabytes: number;
  readonly instanceProfileName: Input<string>;
  /** Script of the first boot; public values only. */
  readonly userData: Input<string>;
  readonly brokerSecurityGroupId: Input<string>;
  readonly databaseSecurityGroupId: Input<string>;
  /** Whoever asks for the node's health. */
  readonly walletSecurityGroupId: Input<string>;
  /** Cloud Map namespace of the private zone. */
  readonly namespaceId: Input<string>;
  readonly alarmTopicArn: Input<string>;
}

/**
 * The host of one policy node: a group of exactly one instance in one zone, under one network interface that outlives the instance,
 * so that address, private name and firewall rules stay when the host is replaced. Two instances of a node never run at once, because
 * the interface can belong to one alone.
 */
export class PolicyNode extends ComponentResource {
  readonly groupName: Output<string>;
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: PolicyNodeArgs, options?: ComponentResourceOptions) {
    super("ivault:node:PolicyNode", name, {}, options);
    const physicalName = `${args.model.names.prefix}-${name}`;
    this.securityGroupId = this.#createGroup(name, physicalName, args);
    const access = this.#attachAccess(args);
    const networkInterface = this.#createInterface(name, args);
    this.#createPrivateName(name, args, networkInterface);
    const template = this.#createTemplate(name, physicalName, args, networkInterface);
    this.groupName = this.#createInstanceGroup(name, physicalName, args, template, access).name;
    this.#createAlarm(name, physicalName, args);
    this.registerOutputs({});
  }

  #createGroup(name: string, physicalName: string, args: PolicyNodeArgs): Output<string> {
    const { vpcId, endpointSecurityGroupId, s3PrefixListId } = args.placement;
    const { id } = createSecurityGroup(
      name,
      { name: physicalName, description: `Host of ${name}`, vpcId },
      { parent: this },
    );
    allowOut(`${name}-endpoints`, id, { group: endpointSecurityGroupId }, 443, "AWS services", {
      parent: this,
    });
    allowOut(`${name}-s3`, id, { prefixList: s3PrefixListId }, 443, "Artefacts and image layers in S3", {
      parent: this,
    });
    connect(`${name}-broker`, id, args.brokerSecurityGroupId, brokerPort, `${name} to broker`, {
      parent: this,
    });
    connect(`${name}-database`, id, args.databaseSecurityGroupId, databasePort, `${name} to its database`, {
      parent: this,
    });
    connect(`${name}-health`, args.walletSecurityGroupId, id, nodeHealthPort, `Wallet asks ${name}`, {
      parent: this,
    });
    return id;
  }

  /** The role's rights on its vault in the node's account, which could not be named before that vault existed. */
  #attachAccess({ model, node, stack }: PolicyNodeArgs): aws.iam.RolePolicy[] {
    const key = `nitroRole${node.node}`;
    return entry(model.roles, key, "role")
      .identity.filter((inline) => inline.stack === stack)
      .map(
        (inline) =>
          new aws.iam.RolePolicy(
            `${key}-${inline.name}`,
            { role: node.roleName, name: inline.name, policy: policyText(inline.document) },
            { parent: this },
          ),
      );
  }

  #createInterface(name: string, { subnetId }: PolicyNodeArgs): aws.ec2.NetworkInterface {
    return new aws.ec2.NetworkInterface(
      name,
      { subnetId, securityGroups: [this.securityGroupId], description: `Fixed address of ${name}` },
      { parent: this },
    );
  }

  #createPrivateName(
    name: string,
    { namespaceId }: PolicyNodeArgs,
    { privateIp }: aws.ec2.NetworkInterface,
  ): void {
    const service = new aws.servicediscovery.Service(
      name,
      {
        name,
        description: `Fixed private name of ${name}, which is also its certificate's`,
        dnsConfig: { namespaceId, routingPolicy: "MULTIVALUE", dnsRecords: [{ type: "A", ttl: 60 }] },
      },
      { parent: this },
    );
    new aws.servicediscovery.Instance(
      name,
      { serviceId: service.id, instanceId: name, attributes: { AWS_INSTANCE_IPV4: privateIp } },
      { parent: this },
    );
  }

  #createTemplate(
    name: string,
    physicalName: string,
    args: PolicyNodeArgs,
    networkInterface: aws.ec2.NetworkInterface,
  ): aws.ec2.LaunchTemplate {
    return new aws.ec2.LaunchTemplate(
      name,
      {
        name: physicalName,
        description: `Host of ${name}`,
        imageId: args.imageId,
        instanceType: args.instanceType,
        iamInstanceProfile: { name: args.instanceProfileName },
        enclaveOptions: { enabled: true },
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              encrypted: "true",
              volumeType: "gp3",
              volumeSize: args.volumeGigabytes,
              deleteOnTermination: "true",
            },
          },
        ],
        networkInterfaces: [
          { deviceIndex: 0, networkInterfaceId: networkInterface.id, deleteOnTermination: "false" },
        ],
        monitoring: { enabled: true },
        userData: output(args.userData).apply((script) => Buffer.from(script).toString("base64")),
        tagSpecifications: [{ resourceType: "volume", tags: { Name: physicalName } }],
        updateDefaultVersion: true,
      },
      { parent: this },
    );
  }

  #createInstanceGroup(
    name: string,
    physicalName: string,
    { zone }: PolicyNodeArgs,
    template: aws.ec2.LaunchTemplate,
    access: aws.iam.RolePolicy[],
  ): aws.autoscaling.Group {
    return new aws.autoscaling.Group(
      name,
      {
        name: physicalName,
        minSize: 1,
        maxSize: 1,
        desiredCapacity: 1,
        // With an interface of its own in the template, the group is given the zone and not the subnet.
        availabilityZones: [zone],
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        healthCheckType: "EC2",
        enabledMetrics: ["GroupInServiceInstances"],
        // Out with the old host before the new one comes: the interface is free only then.
        instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 0 } },
        tags: [{ key: "Name", value: physicalName, propagateAtLaunch: true }],
      },
      { parent: this, dependsOn: access },
    );
  }

  #createAlarm(name: string, physicalName: string, { alarmTopicArn }: PolicyNodeArgs): void {
    createAlarm(
      `${name}-host-missing`,
      {
        name: `${physicalName}-host-missing`,
        description: `${name} has no running host; nothing can be signed without all three`,
        namespace: "AWS/AutoScaling",
        metric: "GroupInServiceInstances",
        dimensions: { AutoScalingGroupName: physicalName },
        statistic: "Minimum",
        when: "below",
        threshold: 1,
        silence: "breaching",
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );
  }
}
