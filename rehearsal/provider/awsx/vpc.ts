import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc as AwsVpc } from "@pulumi/aws/ec2/vpc.js";
import { ComponentResource, type ComponentResourceOptions, type Inputs, type Output } from "@pulumi/pulumi";
import { z } from "zod";
import { type PlannedSubnet, planSubnets, type SubnetSpec } from "./subnets.ts";

const vpcArguments = z.strictObject({
  cidrBlock: z.string().default("10.0.0.0/16"),
  availabilityZoneNames: z.array(z.string()).min(1),
  natGateways: z
    .strictObject({ strategy: z.enum(["None", "Single", "OnePerAz"]) })
    .default({ strategy: "OnePerAz" }),
  subnetStrategy: z.literal("Auto"),
  subnetSpecs: z.array(
    z.strictObject({
      type: z.enum(["Public", "Private", "Isolated"]),
      name: z.string().optional(),
      cidrMask: z.number().int().min(16).max(28).optional(),
      tags: z.record(z.string(), z.string()).optional(),
    }),
  ),
  enableDnsHostnames: z.boolean().optional(),
  enableDnsSupport: z.boolean().optional(),
  region: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
type VpcArguments = z.infer<typeof vpcArguments>;

/**
 * Stands in for the component `awsx.ec2.Vpc` of the same name: the same ordinary `aws` resources, with the same logical names and the
 * same parents, under the same outputs. It makes what the stacks ask for and refuses every other argument.
 */
export class Vpc extends ComponentResource {
  readonly vpc: AwsVpc;
  readonly vpcId: Output<string>;
  readonly internetGateway: InternetGateway;
  readonly subnets: readonly Subnet[];
  readonly publicSubnetIds: readonly Output<string>[];
  readonly privateSubnetIds: readonly Output<string>[];
  readonly isolatedSubnetIds: readonly Output<string>[];
  readonly routeTables: readonly RouteTable[];
  readonly routeTableAssociations: readonly RouteTableAssociation[];
  readonly routes: readonly Route[];
  readonly natGateways: readonly NatGateway[];
  readonly eips: readonly Eip[];

  /** @param inputs arguments of `awsx.ec2.Vpc`, all of them known before the network is made */
  constructor(name: string, inputs: Inputs, options: ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, inputs, options);
    const given = parse(name, inputs);
    const { cidrBlock, availabilityZoneNames: zones, subnetSpecs, region, tags } = given;
    const named = (own: string) => ({ ...tags, Name: own });
    const { enableDnsHostnames, enableDnsSupport } = given;
    this.vpc = new AwsVpc(
      name,
      { cidrBlock, enableDnsHostnames, enableDnsSupport, region, tags: named(name) },
      { parent: this },
    );
    this.vpcId = this.vpc.id;
    const vpcId = this.vpc.id;
    this.internetGateway = new InternetGateway(
      name,
      { vpcId, region, tags: named(name) },
      { parent: this.vpc },
    );
    const planned = planSubnets(cidrBlock, zones.length, subnetSpecs.map(specOf));
    // Public ones first: NAT gateways lie in them, and private routes lead there.
    const made = [...planned]
      .sort((one, other) => order(one) - order(other))
      .map((plan) => this.#subnet(name, plan, given));
    this.subnets = made.map(({ subnet }) => subnet);
    this.routeTables = made.map(({ table }) => table);
    this.routeTableAssociations = made.map(({ association }) => association);
    const gateways = made.flatMap(({ plan, subnet }) =>
      hasGateway(plan, given) ? [this.#natGateway(name, plan, subnet, given)] : [],
    );
    this.eips = gateways.map(({ eip }) => eip);
    this.natGateways = gateways.map(({ natGateway }) => natGateway);
    this.routes = made.flatMap(({ plan, table }) => this.#route(name, plan, table, given));
    const idsOf = (type: PlannedSubnet["type"]) =>
      made.filter(({ plan }) => plan.type === type).map(({ subnet }) => subnet.id);
    this.publicSubnetIds = idsOf("Public");
    this.privateSubnetIds = idsOf("Private");
    this.isolatedSubnetIds = idsOf("Isolated");
    this.registerOutputs(this.outputs());
  }

  outputs(): Inputs {
    const { vpc, vpcId, internetGateway, subnets, publicSubnetIds, privateSubnetIds, isolatedSubnetIds } =
      this;
    const { routeTables, routeTableAssociations, routes, natGateways, eips } = this;
    const ids = { vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds };
    return {
      ...ids,
      vpc,
      internetGateway,
      subnets,
      routeTables,
      routeTableAssociations,
      routes,
      natGateways,
      eips,
    };
  }

  #subnet(
    name: string,
    plan: PlannedSubnet,
    { availabilityZoneNames, region, tags, subnetSpecs }: VpcArguments,
  ) {
    const own = `${name}-${plan.suffix}`;
    const spec = subnetSpecs.find(
      (each) => (each.name ?? each.type.toLowerCase()) === plan.suffix.replace(/-\d+$/, ""),
    );
    const subnet = new Subnet(
      own,
      {
        vpcId: this.vpc.id,
        availabilityZone: availabilityZoneNames[plan.zoneIndex],
        cidrBlock: plan.cidrBlock,
        mapPublicIpOnLaunch: plan.type === "Public",
        region,
        tags: { ...tags, ...spec?.tags, Name: own, SubnetType: plan.type },
      },
      { parent: this.vpc },
    );
    const table = new RouteTable(
      own,
      { vpcId: this.vpc.id, region, tags: { ...tags, Name: own, SubnetType: plan.type } },
      { parent: subnet },
    );
    const association = new RouteTableAssociation(
      own,
      { routeTableId: table.id, subnetId: subnet.id, region },
      { parent: table },
    );
    return { plan, subnet, table, association };
  }

  #natGateway(name: string, { zoneIndex }: PlannedSubnet, subnet: Subnet, { region, tags }: VpcArguments) {
    const own = `${name}-${zoneIndex + 1}`;
    const eip = new Eip(own, { domain: "vpc", region, tags: { ...tags, Name: own } }, { parent: subnet });
    const natGateway = new NatGateway(
      own,
      { allocationId: eip.allocationId, subnetId: subnet.id, region, tags: { ...tags, Name: own } },
      { parent: subnet, dependsOn: [this.internetGateway] },
    );
    return { eip, natGateway };
  }

  #route(name: string, plan: PlannedSubnet, table: RouteTable, { region }: VpcArguments): Route[] {
    const own = `${name}-${plan.suffix}`;
    const common = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", region };
    if (plan.type === "Public") {
      return [new Route(own, { ...common, gatewayId: this.internetGateway.id }, { parent: table })];
    }
    const natGateway = this.natGateways[plan.zoneIndex] ?? this.natGateways[0];
    if (plan.type === "Isolated" || natGateway === undefined) return [];
    return [new Route(own, { ...common, natGatewayId: natGateway.id }, { parent: table })];
  }
}

function parse(name: string, inputs: Inputs): VpcArguments {
  const parsed = vpcArguments.safeParse(inputs);
  if (parsed.success) return parsed.data;
  throw new Error(
    `The rehearsal's stand-in for awsx.ec2.Vpc does not take these arguments of ${name}: ${z.prettifyError(parsed.error)}. Add what is missing to rehearsal/provider/awsx/vpc.ts.`,
  );
}

const specOf = ({ type, name, cidrMask }: VpcArguments["subnetSpecs"][number]): SubnetSpec => ({
  type,
  name,
  cidrMask,
});

const order = ({ type }: PlannedSubnet) => (type === "Public" ? 0 : 1);

function hasGateway(
  { type, zoneIndex }: PlannedSubnet,
  { natGateways: { strategy } }: VpcArguments,
): boolean {
  return type === "Public" && (strategy === "OnePerAz" || (strategy === "Single" && zoneIndex === 0));
}
