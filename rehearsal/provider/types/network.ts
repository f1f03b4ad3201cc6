import {
  actions,
  arn,
  derived,
  find,
  hex,
  type Properties,
  type ResourceTypes,
  words,
} from "../resource-type.ts";

/** Seventeen hex digits after the prefix, as EC2 has numbered its resources since 2018. */
export const ec2Id = (prefix: string) => `${prefix}-0${hex(16)}`;

export const vpcReference = { type: "aws:ec2/vpc:Vpc", code: "InvalidVpcID.NotFound" } as const;
export const subnetReference = { type: "aws:ec2/subnet:Subnet", code: "InvalidSubnetID.NotFound" } as const;
const routeTableReference = {
  type: "aws:ec2/routeTable:RouteTable",
  code: "InvalidRouteTableID.NotFound",
} as const;

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
  "aws:ec2/internetGateway:InternetGateway": {
    service: "ec2",
    label: "EC2 Internet Gateway",
    actions: actions(
      "CreateInternetGateway",
      "DescribeInternetGateways",
      "AttachInternetGateway",
      "DeleteInternetGateway",
    ),
    required: [],
    optional: ["vpcId"],
    replaceOn: [],
    taggable: true,
    references: { vpcId: vpcReference },
    computed: (_inputs, place) => {
      const id = ec2Id("igw");
      return {
        gatewayId: id,
        arn: arn("ec2", place, `internet-gateway/${id}`),
        ownerId: place.caller.account,
      };
    },
    id: ({ gatewayId }) => `${gatewayId}`,
    arn: "arn",
  },
  "aws:ec2/eip:Eip": {
    service: "ec2",
    label: "EC2 EIP",
    actions: actions("AllocateAddress", "DescribeAddresses", "AssociateAddress", "ReleaseAddress"),
    required: [],
    optional: words("domain networkInterface"),
    replaceOn: ["domain"],
    taggable: true,
    computed: (_inputs, place) => {
      const allocationId = ec2Id("eipalloc");
      // From a block that is reserved for documentation (RFC 5737): nobody's address.
      const publicIp = `203.0.113.${Number.parseInt(hex(2), 16)}`;
      return {
        allocationId,
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${place.region}.compute.amazonaws.com`,
        arn: arn("ec2", place, `elastic-ip/${allocationId}`),
        domain: "vpc",
        associationId: "",
        carrierIp: "",
        customerOwnedIp: "",
        instance: "",
        ipamPoolId: "",
        networkBorderGroup: place.region,
        networkInterface: "",
        privateDns: "",
        privateIp: "",
        ptrRecord: "",
        publicIpv4Pool: "amazon",
      };
    },
    id: ({ allocationId }) => `${allocationId}`,
    arn: "arn",
  },
  "aws:ec2/natGateway:NatGateway": {
    service: "ec2",
    label: "EC2 NAT Gateway",
    actions: actions(
      "CreateNatGateway",
      "DescribeNatGateways",
      "AssociateNatGatewayAddress",
      "DeleteNatGateway",
    ),
    required: [],
    optional: words("allocationId subnetId connectivityType"),
    replaceOn: words("allocationId subnetId connectivityType"),
    taggable: true,
    references: {
      subnetId: subnetReference,
      allocationId: { type: "aws:ec2/eip:Eip", code: "InvalidAllocationID.NotFound" },
    },
    computed: ({ subnetId, allocationId }, place) => {
      const id = ec2Id("nat");
      return {
        natGatewayId: id,
        arn: arn("ec2", place, `natgateway/${id}`),
        associationId: ec2Id("eipassoc"),
        networkInterfaceId: ec2Id("eni"),
        connectivityType: "public",
        availabilityMode: "zonal",
        autoProvisionZones: "",
        autoScalingIps: "",
        privateIp: addressIn(find(place, subnetReference.type, subnetId)?.properties, id),
        publicIp: find(place, "aws:ec2/eip:Eip", allocationId)?.properties.publicIp ?? "",
        regionalNatGatewayAddresses: [],
        regionalNatGatewayAutoMode: "",
        routeTableId: "",
        secondaryAllocationIds: [],
        secondaryPrivateIpAddressCount: 0,
        secondaryPrivateIpAddresses: [],
        vpcId: find(place, subnetReference.type, subnetId)?.properties.vpcId ?? "",
      };
    },
    id: ({ natGatewayId }) => `${natGatewayId}`,
    arn: "arn",
  },
  "aws:ec2/routeTable:RouteTable": {
    service: "ec2",
    label: "EC2 Route Table",
    actions: actions("CreateRouteTable", "DescribeRouteTables", "CreateRoute", "DeleteRouteTable"),
    required: ["vpcId"],
    optional: [],
    replaceOn: ["vpcId"],
    taggable: true,
    references: { vpcId: vpcReference },
    computed: (_inputs, place) => {
      const id = ec2Id("rtb");
      return {
        routeTableId: id,
        arn: arn("ec2", place, `route-table/${id}`),
        ownerId: place.caller.account,
        routes: [],
        propagatingVgws: [],
      };
    },
    id: ({ routeTableId }) => `${routeTableId}`,
    arn: "arn",
  },
  "aws:ec2/route:Route": {
    service: "ec2",
    label: "EC2 Route",
    actions: actions("CreateRoute", "DescribeRouteTables", "ReplaceRoute", "DeleteRoute"),
    required: ["routeTableId"],
    optional: words("destinationCidrBlock gatewayId natGatewayId"),
    replaceOn: words("routeTableId destinationCidrBlock"),
    references: { routeTableId: routeTableReference },
    unique: { by: words("routeTableId destinationCidrBlock"), code: "RouteAlreadyExists" },
    computed: () => ({
      instanceId: "",
      instanceOwnerId: "",
      networkInterfaceId: "",
      origin: "CreateRoute",
      state: "active",
    }),
    id: ({ routeTableId, destinationCidrBlock }) =>
      `r-${routeTableId}${derived(10, `${destinationCidrBlock}`)}`,
    importId: ({ routeTableId, destinationCidrBlock }) => `${routeTableId}_${destinationCidrBlock}`,
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    service: "ec2",
    label: "EC2 Route Table Association",
    actions: actions(
      "AssociateRouteTable",
      "DescribeRouteTables",
      "ReplaceRouteTableAssociation",
      "DisassociateRouteTable",
    ),
    required: ["routeTableId"],
    optional: ["subnetId"],
    replaceOn: ["subnetId"],
    references: { routeTableId: routeTableReference, subnetId: subnetReference },
    // A subnet has one association; making it again yields the same one.
    id: ({ subnetId }) => `rtbassoc-0${derived(16, `${subnetId}`)}`,
    importId: ({ subnetId, routeTableId }) => `${subnetId}/${routeTableId}`,
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
