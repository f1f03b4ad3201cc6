import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWire, type Wire } from "./wire-fixture.ts";

const owner = "111111111111";

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  for (const node of [0, 1]) {
    const id = `i-0123456789abcdef${node}`;
    wire.put(owner, "aws:ec2/instance:Instance", id, `arn:aws:ec2:us-east-2:${owner}:instance/${id}`, {
      instanceType: "m6i.xlarge",
      instanceState: node === 0 ? "running" : "stopped",
      privateIp: `10.64.0.1${node}`,
      tags: { Name: `customer-testnet-node${node}` },
    });
  }
  wire.put(owner, "aws:ec2/vpc:Vpc", "vpc-1", null, { cidrBlock: "10.64.0.0/16", tags: { Name: "network" } });
  wire.put(owner, "aws:ec2/subnet:Subnet", "subnet-1", null, {
    vpcId: "vpc-1",
    availabilityZone: "us-east-2a",
  });
  wire.put(owner, "aws:ec2/securityGroup:SecurityGroup", "sg-1", null, { name: "node0", vpcId: "vpc-1" });
});
afterEach(() => wire.close());

const ec2 = () => wire.clients(owner).ec2;
const instanceIds = async (Filters: { Name: string; Values: string[] }[]) => {
  const { Reservations = [] } = await ec2().send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
};

test("instances are found by tag and by state", async () => {
  expect(await instanceIds([{ Name: "tag:Name", Values: ["customer-testnet-node*"] }])).toHaveLength(2);
  expect(
    await instanceIds([
      { Name: "tag:Name", Values: ["customer-testnet-node0", "customer-testnet-node1"] },
      { Name: "instance-state-name", Values: ["running"] },
    ]),
  ).toEqual(["i-0123456789abcdef0"]);
  expect(await instanceIds([{ Name: "tag:Name", Values: ["other"] }])).toEqual([]);
});

test("an instance is described with state, address and tags", async () => {
  const { Reservations } = await ec2().send(
    new DescribeInstancesCommand({ InstanceIds: ["i-0123456789abcdef0"] }),
  );
  expect(Reservations).toMatchObject([
    {
      OwnerId: owner,
      Instances: [
        {
          State: { Code: 16, Name: "running" },
          PrivateIpAddress: "10.64.0.10",
          Tags: [{ Key: "Name", Value: "customer-testnet-node0" }],
        },
      ],
    },
  ]);
});

test("networks, subnets and security groups are described", async () => {
  const { Vpcs } = await ec2().send(new DescribeVpcsCommand({ VpcIds: ["vpc-1"] }));
  expect(Vpcs).toMatchObject([{ CidrBlock: "10.64.0.0/16" }]);
  const Filters = [{ Name: "vpc-id", Values: ["vpc-1"] }];
  const { Subnets } = await ec2().send(new DescribeSubnetsCommand({ Filters }));
  expect(Subnets).toMatchObject([{ SubnetId: "subnet-1", AvailabilityZone: "us-east-2a" }]);
  const { SecurityGroups } = await ec2().send(new DescribeSecurityGroupsCommand({ Filters }));
  expect(SecurityGroups).toMatchObject([{ GroupId: "sg-1", GroupName: "node0" }]);
});

test.each([
  ["m6i.xlarge", "supported"],
  ["m6i.large", "unsupported"],
  ["t3.xlarge", "unsupported"],
] as const)("%s: enclaves are %s", async (type, support) => {
  const { InstanceTypes } = await ec2().send(new DescribeInstanceTypesCommand({ InstanceTypes: [type] }));
  expect(InstanceTypes).toMatchObject([{ InstanceType: type, NitroEnclavesSupport: support }]);
});

test("an unknown id and an unknown filter are refused", async () => {
  await expect(
    ec2().send(new DescribeInstancesCommand({ InstanceIds: ["i-00000000000000000"] })),
  ).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
  await expect(instanceIds([{ Name: "colour", Values: ["red"] }])).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});
