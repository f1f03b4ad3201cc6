import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";

/** One end of a connection: a security group, or a range of addresses that no group of ours stands for. */
export type Peer =
  | { readonly group: Input<string> }
  | { readonly block: Input<string> }
  | { readonly prefixList: Input<string> };

/** A security group without a rule: nothing in, nothing out. */
export function createSecurityGroup(
  name: string,
  args: { readonly name: string; readonly description: string; readonly vpcId: Input<string> },
  options: CustomResourceOptions,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(name, args, options);
}

/** Lets `peer` connect to the group's port. */
export function allowIn(
  name: string,
  group: Input<string>,
  peer: Peer,
  port: number,
  description: string,
  options: CustomResourceOptions,
): void {
  new aws.vpc.SecurityGroupIngressRule(name, rule(group, peer, port, description), options);
}

/** Lets the group's members connect to that port of `peer`. */
export function allowOut(
  name: string,
  group: Input<string>,
  peer: Peer,
  port: number,
  description: string,
  options: CustomResourceOptions,
): void {
  new aws.vpc.SecurityGroupEgressRule(name, rule(group, peer, port, description), options);
}

/** Opens one port from one group to another, on both sides. */
export function connect(
  name: string,
  from: Input<string>,
  to: Input<string>,
  port: number,
  description: string,
  options: CustomResourceOptions,
): void {
  allowOut(`${name}-out`, from, { group: to }, port, description, options);
  allowIn(`${name}-in`, to, { group: from }, port, description, options);
}

function rule(securityGroupId: Input<string>, peer: Peer, port: number, description: string) {
  const end =
    "group" in peer
      ? { referencedSecurityGroupId: peer.group }
      : "block" in peer
        ? { cidrIpv4: peer.block }
        : { prefixListId: peer.prefixList };
  return { securityGroupId, description, ipProtocol: "tcp", fromPort: port, toPort: port, ...end };
}
