import { z } from "zod";
import { members, tagsOf } from "../input.ts";
import { AwsError } from "../request.ts";
import type { StoredObject } from "../store.ts";
import { changes } from "./ec2-changes.ts";
import { templates } from "./ec2-templates.ts";
import type { Handler, HandlerContext, Handlers } from "./handler.ts";

const filters = z.array(z.object({ Name: z.string(), Value: z.array(z.string()) })).default([]);
const ids = z.array(z.string()).optional();
const invalid = "InvalidParameterValue";

/** What a filter may ask of an object, by the filter's name; tags are asked for as `tag:<key>`. */
type Filterable = Readonly<Record<string, string | undefined>>;

/** One kind of object: where it is stored, how it is answered, and which filters it knows. */
interface Kind<P extends z.ZodType> {
  readonly action: string;
  /** Member of the input that lists ids. */
  readonly idsMember: string;
  readonly notFound: string;
  readonly type: string;
  readonly properties: P;
  readonly filterable: (object: StoredObject, properties: z.infer<P>) => Filterable;
  /** Under the names of the wire, in its element of the answer. */
  readonly answer: (
    found: readonly { object: StoredObject; properties: z.infer<P> }[],
    context: HandlerContext,
  ) => Record<string, unknown>;
}

const tagSet = ({ properties }: StoredObject) =>
  Object.entries(tagsOf(properties)).map(([key, value]) => ({ key, value }));

function describe<P extends z.ZodType>(kind: Kind<P>): Handler {
  return async (context) => {
    const { cloud, caller, region, input } = context;
    const asked = members(
      { Filter: filters, ids },
      { Filter: input.Filter, ids: input[kind.idsMember] },
      invalid,
    );
    return cloud.perform({ caller, service: "ec2", action: kind.action, region, input }, () => {
      const present = cloud.store
        .list({ account: caller.account, type: kind.type })
        .map((object) => ({ object, properties: kind.properties.parse(object.properties) }));
      for (const id of asked.ids ?? []) {
        if (present.some(({ object }) => object.id === id)) continue;
        throw new AwsError(kind.notFound, `The ID '${id}' does not exist`);
      }
      const matching = present.filter(({ object, properties }) => {
        if (asked.ids !== undefined && !asked.ids.includes(object.id)) return false;
        const values = kind.filterable(object, properties);
        return asked.Filter.every(({ Name, Value }) => {
          if (Name.startsWith("tag:")) return matches(tagsOf(object.properties)[Name.slice(4)], Value);
          if (Name in values) return matches(values[Name], Value);
          throw new AwsError(invalid, `The filter '${Name}' is invalid`);
        });
      });
      return kind.answer(matching, context);
    });
  };
}

/** `*` and `?` as EC2's filters have them. */
function matches(value: string | undefined, patterns: readonly string[]): boolean {
  return value !== undefined && patterns.some((pattern) => globMatches(pattern, value));
}

function globMatches(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s").test(value);
}

const instance = z.object({
  ami: z.string().optional(),
  instanceType: z.string(),
  instanceState: z.string().default("running"),
  subnetId: z.string().optional(),
  vpcId: z.string().optional(),
  availabilityZone: z.string().optional(),
  privateIp: z.string().optional(),
  iamInstanceProfile: z.string().optional(),
  enclaveOptions: z.object({ enabled: z.boolean() }).optional(),
});
const stateCodes: Readonly<Record<string, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const vpcEndpoint = z.object({
  vpcId: z.string().optional(),
  serviceName: z.string(),
  vpcEndpointType: z.string().default("Gateway"),
  policy: z.string().optional(),
});
const vpc = z.object({ cidrBlock: z.string() });
const subnet = z.object({
  vpcId: z.string(),
  cidrBlock: z.string().optional(),
  availabilityZone: z.string().optional(),
});
const securityGroup = z.object({
  name: z.string(),
  description: z.string().default(""),
  vpcId: z.string().optional(),
});

/** Nitro Enclaves need at least four vCPUs on these families (with Graviton, two): `xlarge` and up. */
const enclaveFamilies = /^(m5|m6i|m6a|m7i|c5|c6i|c6a|c7i|r5|r6i|r7i)\.(\d*xlarge)$/;
const vcpusOf = (size: string) => ({ large: 2, xlarge: 4 })[size] ?? 4 * Number.parseInt(size, 10);

/** EC2's read-only actions, under the wire's names (see the EC2 flavour of the query protocol). */
export const handlers: Handlers = {
  ...changes,
  ...templates,
  DescribeInstances: describe({
    action: "DescribeInstances",
    idsMember: "InstanceId",
    notFound: "InvalidInstanceID.NotFound",
    type: "aws:ec2/instance:Instance",
    properties: instance,
    filterable: ({ id }, { instanceState, instanceType, vpcId, subnetId }) => ({
      "instance-id": id,
      "instance-state-name": instanceState,
      "instance-type": instanceType,
      "vpc-id": vpcId,
      "subnet-id": subnetId,
    }),
    answer: (found, { caller }) => ({
      reservationSet: found.map(({ object, properties }) => ({
        reservationId: object.id.replace(/^i-/, "r-"),
        ownerId: caller.account,
        instancesSet: [
          {
            instanceId: object.id,
            imageId: properties.ami,
            instanceState: {
              code: stateCodes[properties.instanceState] ?? 16,
              name: properties.instanceState,
            },
            instanceType: properties.instanceType,
            placement: { availabilityZone: properties.availabilityZone },
            privateIpAddress: properties.privateIp,
            subnetId: properties.subnetId,
            vpcId: properties.vpcId,
            iamInstanceProfile:
              properties.iamInstanceProfile === undefined
                ? undefined
                : { arn: `arn:aws:iam::${caller.account}:instance-profile/${properties.iamInstanceProfile}` },
            enclaveOptions: properties.enclaveOptions,
            tagSet: tagSet(object),
          },
        ],
      })),
    }),
  }),

  DescribeVpcEndpoints: describe({
    action: "DescribeVpcEndpoints",
    idsMember: "VpcEndpointId",
    notFound: "InvalidVpcEndpointId.NotFound",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    properties: vpcEndpoint,
    filterable: ({ id }, { vpcId, serviceName }) => ({
      "vpc-endpoint-id": id,
      "vpc-id": vpcId,
      "service-name": serviceName,
    }),
    answer: (found, { caller }) => ({
      vpcEndpointSet: found.map(({ object, properties }) => ({
        vpcEndpointId: object.id,
        vpcEndpointType: properties.vpcEndpointType,
        vpcId: properties.vpcId,
        serviceName: properties.serviceName,
        state: "available",
        policyDocument: properties.policy,
        ownerId: caller.account,
        tagSet: tagSet(object),
      })),
    }),
  }),

  DescribeVpcs: describe({
    action: "DescribeVpcs",
    idsMember: "VpcId",
    notFound: "InvalidVpcID.NotFound",
    type: "aws:ec2/vpc:Vpc",
    properties: vpc,
    filterable: ({ id }, { cidrBlock }) => ({ "vpc-id": id, cidr: cidrBlock }),
    answer: (found, { caller }) => ({
      vpcSet: found.map(({ object, properties }) => ({
        vpcId: object.id,
        ownerId: caller.account,
        state: "available",
        cidrBlock: properties.cidrBlock,
        isDefault: false,
        tagSet: tagSet(object),
      })),
    }),
  }),

  DescribeSubnets: describe({
    action: "DescribeSubnets",
    idsMember: "SubnetId",
    notFound: "InvalidSubnetID.NotFound",
    type: "aws:ec2/subnet:Subnet",
    properties: subnet,
    filterable: ({ id }, { vpcId, availabilityZone, cidrBlock }) => ({
      "subnet-id": id,
      "vpc-id": vpcId,
      "availability-zone": availabilityZone,
      "cidr-block": cidrBlock,
    }),
    answer: (found, { caller }) => ({
      subnetSet: found.map(({ object, properties }) => ({
        subnetId: object.id,
        subnetArn: object.arn,
        ownerId: caller.account,
        state: "available",
        vpcId: properties.vpcId,
        cidrBlock: properties.cidrBlock,
        availabilityZone: properties.availabilityZone,
        tagSet: tagSet(object),
      })),
    }),
  }),

  DescribeSecurityGroups: describe({
    action: "DescribeSecurityGroups",
    idsMember: "GroupId",
    notFound: "InvalidGroup.NotFound",
    type: "aws:ec2/securityGroup:SecurityGroup",
    properties: securityGroup,
    filterable: ({ id }, { name, vpcId }) => ({ "group-id": id, "group-name": name, "vpc-id": vpcId }),
    answer: (found, { caller }) => ({
      securityGroupInfo: found.map(({ object, properties }) => ({
        groupId: object.id,
        ownerId: caller.account,
        groupName: properties.name,
        groupDescription: properties.description,
        vpcId: properties.vpcId,
        tagSet: tagSet(object),
      })),
    }),
  }),

  DescribeInstanceTypes: async ({ cloud, caller, region, input }) => {
    const asked = members({ InstanceType: z.array(z.string()).min(1) }, input, invalid);
    return cloud.perform({ caller, service: "ec2", action: "DescribeInstanceTypes", region, input }, () => ({
      instanceTypeSet: asked.InstanceType.map((instanceType) => {
        const [, size] = /^[a-z0-9-]+\.(large|\d*xlarge)$/.exec(instanceType) ?? [];
        if (size === undefined) {
          throw new AwsError(
            "InvalidInstanceType",
            `The following supplied instance types do not exist: [${instanceType}]`,
          );
        }
        return {
          instanceType,
          currentGeneration: true,
          hypervisor: "nitro",
          vCpuInfo: { defaultVCpus: vcpusOf(size) },
          nitroEnclavesSupport: enclaveFamilies.test(instanceType) ? "supported" : "unsupported",
        };
      }),
    }));
  },
};
