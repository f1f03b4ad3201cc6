import { actions, arn, derived, find, hex, type ResourceTypes, words } from "../resource-type.ts";
import { addressIn, ec2Id, subnetReference, vpcReference } from "./network.ts";

const routeTableReference = {
  type: "aws:ec2/routeTable:RouteTable",
  code: "InvalidRouteTableID.NotFound",
} as const;

/** The ways out of a network: gateways, their addresses, and the tables that lead there. */
export const routingTypes: ResourceTypes = {
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
};
