import { actions, arn, derived, hex, type Properties, type ResourceTypes, words } from "../resource-type.ts";

/** Seventeen hex digits after the prefix, as EC2 has numbered its resources since 2018. */
export const ec2Id = (prefix: string) => `${prefix}-0${hex(16)}`;

export const vpcReference = { type: "aws:ec2/vpc:Vpc", code: "InvalidVpcID.NotFound" } as const;
export const subnetReference = { type: "aws:ec2/subnet:Subnet", code: "InvalidSubnetID.NotFound" } as const;

export const networkTypes: ResourceTypes = {
  "aws:ec2/vpc:Vpc": {
    service: "ec2",
    label: "EC2 VPC",
    actions: actions("CreateVpc", "DescribeVpcs", "ModifyVpcAttribute", "DeleteVpc"),
    required: [],
    optional: words("cidrBlock enableDnsHostnames enableDnsSupport instanceTenancy"),
    replaceOn: words("cidrBlock instanceTenancy"),
    taggable: true,
    computed: (_inputs, place) => {
      const id = ec2Id("vpc");
      const routeTable = ec2Id("rtb");
      return {
        vpcId: id,
        arn: arn("ec2", place, `vpc/${id}`),
        ownerId: place.caller.account,
        enableDnsHostnames: false,
        enableDnsSupport: true,
        enableNetworkAddressUsageMetrics: false,
        instanceTenancy: "default",
        ipv6CidrBlock: "",
        ipv6CidrBlockNetworkBorderGroup: "",
        ipv6AssociationId: "",
        defaultNetworkAclId: ec2Id("acl"),
        defaultRouteTableId: routeTable,
        mainRouteTableId: routeTable,
        defaultSecurityGroupId: ec2Id("sg"),
        dhcpOptionsId: ec2Id("dopt"),
      };
    },
    id: ({ vpcId }) => `${vpcId}`,
    arn: "arn",
  },
  "aws:ec2/subnet:Subnet": {
    service: "ec2",
    label: "EC2 Subnet",
    actions: actions("CreateSubnet", "DescribeSubnets", "ModifySubnetAttribute", "DeleteSubnet"),
    required: ["vpcId"],
    optional: words("availabilityZone cidrBlock mapPublicIpOnLaunch assignIpv6AddressOnCreation"),
    replaceOn: words("vpcId availabilityZone cidrBlock"),
    taggable: true,
    references: { vpcId: vpcReference },
    computed: ({ availabilityZone }, place) => {
      const id = ec2Id("subnet");
      const zone = typeof availabilityZone === "string" ? availabilityZone : `${place.region}a`;
      return {
        subnetId: id,
        arn: arn("ec2", place, `subnet/${id}`),
        ownerId: place.caller.account,
        availabilityZone: zone,
        availabilityZoneId: `${place.region.replace(/^(\w\w)-(\w)\w*-(\d)$/, "$1$2$3")}-az${zone.charCodeAt(zone.length - 1) - 96}`,
        mapPublicIpOnLaunch: false,
        assignIpv6AddressOnCreation: false,
        ipv6CidrBlock: "",
        ipv6CidrBlockAssociationId: "",
        privateDnsHostnameTypeOnLaunch: "ip-name",
      };
    },
    id: ({ subnetId }) => `${subnetId}`,
    arn: "arn",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    service: "ec2",
    label: "EC2 VPC Endpoint",
    actions: actions("CreateVpcEndpoint", "DescribeVpcEndpoints", "ModifyVpcEndpoint", "DeleteVpcEndpoints"),
    required: ["vpcId"],
    optional: words(
      "serviceName vpcEndpointType policy subnetIds securityGroupIds privateDnsEnabled routeTableIds",
    ),
    replaceOn: words("vpcId serviceName vpcEndpointType"),
    taggable: true,
    references: { vpcId: vpcReference },
    computed: ({ serviceName, vpcEndpointType }, place) => {
      const id = ec2Id("vpce");
      const gateway = vpcEndpointType !== "Interface";
      return {
        endpointId: id,
        arn: arn("ec2", place, `vpc-endpoint/${id}`),
        ownerId: place.caller.account,
        vpcEndpointType: "Gateway",
        state: "available",
        requesterManaged: false,
        ipAddressType: "ipv4",
        serviceRegion: place.region,
        dnsOptions: {},
        subnetConfigurations: [],
        policy:
          '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
        privateDnsEnabled: false,
        routeTableIds: [],
        securityGroupIds: [],
        subnetIds: [],
        cidrBlocks: gateway ? ["198.51.100.0/24"] : [],
        prefixListId: gateway ? `pl-${derived(8, `${serviceName}`)}` : "",
        networkInterfaceIds: gateway ? [] : [ec2Id("eni")],
        dnsEntries: gateway
          ? []
          : [
              {
                dnsName: `${id}-${hex(8)}.${`${serviceName}`.split(".").slice(3).join(".")}.${place.region}.vpce.amazonaws.com`,
                hostedZoneId: "Z7HUB22UULQXV",
              },
            ],
      };
    },
    id: ({ endpointId }) => `${endpointId}`,
    arn: "arn",
  },
};

/** A stable address within a subnet's block; AWS keeps the first four and the last. */
export function addressIn(subnet: Properties | undefined, seed: string): string {
  const [block = "10.0.0.0", length = "24"] = `${subnet?.cidrBlock ?? "10.0.0.0/24"}`.split("/");
  const size = 2 ** (32 - Number(length));
  const base = block.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const address = base + 4 + (Number.parseInt(derived(8, seed), 16) % Math.max(1, size - 5));
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
