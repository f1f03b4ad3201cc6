import { AwsError } from "../../request.ts";
import {
  actions,
  arn,
  find,
  type Properties,
  type ResourceType,
  type ResourceTypes,
  words,
} from "../resource-type.ts";
import { ec2Id, vpcReference } from "./network.ts";

const groupReference = {
  type: "aws:ec2/securityGroup:SecurityGroup",
  code: "InvalidGroup.NotFound",
} as const;

export const securityGroupTypes: ResourceTypes = {
  "aws:ec2/securityGroup:SecurityGroup": {
    service: "ec2",
    label: "EC2 Security Group",
    actions: actions(
      "CreateSecurityGroup",
      "DescribeSecurityGroups",
      "AuthorizeSecurityGroupIngress",
      "DeleteSecurityGroup",
    ),
    required: [],
    optional: words("name description vpcId revokeRulesOnDelete"),
    replaceOn: words("name description vpcId"),
    taggable: true,
    autoName: "name",
    references: { vpcId: vpcReference },
    unique: { by: words("vpcId name"), code: "InvalidGroup.Duplicate" },
    computed: (_inputs, place) => {
      const id = ec2Id("sg");
      return {
        groupId: id,
        arn: arn("ec2", place, `security-group/${id}`),
        ownerId: place.caller.account,
        description: "Managed by Pulumi",
        ingress: [],
        egress: [],
        revokeRulesOnDelete: false,
      };
    },
    id: ({ groupId }) => `${groupId}`,
    arn: "arn",
  },
  // Takes over the group that came with the VPC and empties it.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    service: "ec2",
    label: "EC2 Default Security Group",
    actions: actions(
      "RevokeSecurityGroupIngress",
      "DescribeSecurityGroups",
      "RevokeSecurityGroupIngress",
      "DescribeSecurityGroups",
    ),
    required: [],
    optional: ["vpcId"],
    replaceOn: ["vpcId"],
    taggable: true,
    references: { vpcId: vpcReference },
    computed: ({ vpcId }, place) => {
      const id = find(place, vpcReference.type, vpcId)?.properties.defaultSecurityGroupId ?? ec2Id("sg");
      return {
        groupId: id,
        arn: arn("ec2", place, `security-group/${id}`),
        ownerId: place.caller.account,
        name: "default",
        namePrefix: "",
        description: "default VPC security group",
        ingress: [],
        egress: [],
      };
    },
    id: ({ groupId }) => `${groupId}`,
    arn: "arn",
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
};

function rule(direction: "Ingress" | "Egress"): ResourceType {
  return {
    service: "ec2",
    label: `VPC Security Group ${direction} Rule`,
    actions: actions(
      `AuthorizeSecurityGroup${direction}`,
      "DescribeSecurityGroupRules",
      "ModifySecurityGroupRules",
      `RevokeSecurityGroup${direction}`,
    ),
    required: words("ipProtocol securityGroupId"),
    optional: words("cidrIpv4 cidrIpv6 description fromPort prefixListId referencedSecurityGroupId toPort"),
    replaceOn: ["securityGroupId"],
    taggable: true,
    references: { securityGroupId: groupReference, referencedSecurityGroupId: groupReference },
    unique: {
      by: words(
        "securityGroupId ipProtocol fromPort toPort cidrIpv4 cidrIpv6 prefixListId referencedSecurityGroupId",
      ),
      code: "InvalidPermission.Duplicate",
    },
    computed: (_inputs, place) => {
      const id = ec2Id("sgr");
      return { securityGroupRuleId: id, arn: arn("ec2", place, `security-group-rule/${id}`) };
    },
    id: ({ securityGroupRuleId }) => `${securityGroupRuleId}`,
    arn: "arn",
    validate: onePeer,
  };
}

function onePeer(properties: Properties): void {
  const peers = words("cidrIpv4 cidrIpv6 prefixListId referencedSecurityGroupId");
  const given = peers.filter((peer) => properties[peer] !== undefined);
  if (given.length === 1) return;
  throw new AwsError(
    "InvalidParameterCombination",
    `A rule names one peer (${peers.join(", ")}); found ${given.length === 0 ? "none" : given.join(" and ")}.`,
  );
}
