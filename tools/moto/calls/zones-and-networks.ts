import * as ec2 from "@aws-sdk/client-ec2";
import * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import * as route53 from "@aws-sdk/client-route-53";
import { empty, newer, type Row, random, unread } from "../call.ts";
import { fixture } from "../fixture.ts";

const absentInstance = "i-00000000000000000";
const record = {
  Name: `wallet.${fixture.zone}`,
  Type: "TXT" as const,
  TTL: 300,
  ResourceRecords: [{ Value: '"hello"' }],
};

export const zones: readonly Row<"route53">[] = [
  [
    "ListHostedZonesByName",
    (client) => client.send(new route53.ListHostedZonesByNameCommand({ DNSName: fixture.zone })),
    {
      DNSName: "AWS answers what was asked, moto with a final dot",
      "HostedZones.CallerReference": random,
      IsTruncated: newer,
      MaxItems: newer,
    },
  ],
  [
    "GetHostedZone",
    (client, { zoneId }) => client.send(new route53.GetHostedZoneCommand({ Id: zoneId })),
    {
      "HostedZone.CallerReference": random,
      "DelegationSet.CallerReference": unread,
      "DelegationSet.Id": empty,
    },
  ],
  [
    "GetHostedZone, absent",
    (client) => client.send(new route53.GetHostedZoneCommand({ Id: "Z0000000000000000000" })),
  ],
  [
    "ChangeResourceRecordSets",
    (client, { zoneId }) =>
      client.send(
        new route53.ChangeResourceRecordSetsCommand({
          HostedZoneId: zoneId,
          ChangeBatch: { Changes: [{ Action: "UPSERT", ResourceRecordSet: record }] },
        }),
      ),
  ],
  [
    "ListResourceRecordSets",
    (client, { zoneId }) => client.send(new route53.ListResourceRecordSetsCommand({ HostedZoneId: zoneId })),
    {
      "ResourceRecordSets.ResourceRecords.Value":
        "name servers are random, and moto prints an object as the zone's authority",
    },
  ],
];

export const tags: readonly Row<"tagging">[] = [
  [
    "GetResources",
    (client) =>
      client.send(
        new tagging.GetResourcesCommand({
          TagFilters: [{ Key: "ivault:deployment", Values: ["customer-testnet"] }],
          ResourceTypeFilters: ["kms"],
        }),
      ),
    { PaginationToken: empty },
  ],
];

export const networks: readonly Row<"ec2">[] = [
  [
    "DescribeVpcs",
    (client, { vpcId }) => client.send(new ec2.DescribeVpcsCommand({ VpcIds: [vpcId] })),
    {
      "Vpcs.CidrBlockAssociationSet": unread,
      "Vpcs.DhcpOptionsId": unread,
      "Vpcs.InstanceTenancy": unread,
      "Vpcs.Ipv6CidrBlockAssociationSet": empty,
    },
  ],
  [
    "DescribeInstances, absent",
    (client) => client.send(new ec2.DescribeInstancesCommand({ InstanceIds: [absentInstance] })),
  ],
  [
    "DescribeInstances, none",
    (client) =>
      client.send(new ec2.DescribeInstancesCommand({ Filters: [{ Name: "tag:Name", Values: ["none"] }] })),
  ],
];
