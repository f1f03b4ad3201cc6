import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { Model, ModelEndpoint } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import { allowIn, createSecurityGroup } from "./security-group.ts";

export interface NetworkArgs {
  readonly model: Model;
  /** The stack whose endpoints of the model are made. */
  readonly stack: string;
  /** IPv4 block of the network, a /16. */
  readonly block: string;
  /** Availability zones; each gets a public, a private and an isolated subnet. */
  readonly zones: readonly string[];
  /** A NAT gateway in every zone, so that losing one zone does not cut off the others. */
  readonly natInEveryZone: boolean;
}

/**
 * The network: public subnets for the load balancer, private ones (with NAT) for the services, isolated ones for node hosts and
 * databases, and endpoints through which all of them reach AWS without the internet.
 */
export class Network extends ComponentResource {
  readonly vpcId: Output<string>;
  /** One a zone, in the order of the zones; likewise below. */
  readonly publicSubnetIds: Output<string[]>;
  readonly privateSubnetIds: Output<string[]>;
  readonly isolatedSubnetIds: Output<string[]>;
  readonly endpointSecurityGroupId: Output<string>;
  /** The addresses of S3 in this Region, for the rules of groups that read image layers and artefacts. */
  readonly s3PrefixListId: Output<string>;

  constructor(name: string, args: NetworkArgs, options?: ComponentResourceOptions) {
    super("ivault:network:Network", name, {}, options);
    const vpc = this.#createVpc(name, args);
    this.vpcId = vpc.vpcId;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    this.isolatedSubnetIds = vpc.isolatedSubnetIds;
    this.#closeDefaultGroup(name);
    this.endpointSecurityGroupId = this.#createEndpointGroup(args);
    const endpoints = Object.values(args.model.endpoints).filter(({ stack }) => stack === args.stack);
    for (const endpoint of endpoints.filter(({ type }) => type === "Interface"))
      this.#createInterface(endpoint, args);
    this.s3PrefixListId = this.#createGateway(endpoints, vpc.routeTables, args).prefixListId;
    this.registerOutputs({});
  }

  #createVpc(name: string, args: NetworkArgs): awsx.ec2.Vpc {
    // The package of components has a provider of its own, which makes its children with ours for AWS.
    const provider = new awsx.Provider("awsx", {}, { parent: this });
    const accountProvider = this.getProvider("aws:ec2/vpc:Vpc");
    return new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: args.block,
        availabilityZoneNames: [...args.zones],
        natGateways: { strategy: args.natInEveryZone ? "OnePerAz" : "Single" },
        subnetStrategy: "Auto",
        subnetSpecs: [
          { type: "Public", cidrMask: 22 },
          { type: "Private", cidrMask: 20 },
          { type: "Isolated", cidrMask: 22 },
        ],
        enableDnsHostnames: true,
        enableDnsSupport: true,
      },
      { parent: this, provider, providers: accountProvider === undefined ? {} : { aws: accountProvider } },
    );
  }

  /** The group that everything without a group of its own would get: emptied, so that it opens nothing. */
  #closeDefaultGroup(name: string): void {
    new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: this.vpcId }, { parent: this });
  }

  #createEndpointGroup({ model, block }: NetworkArgs): Output<string> {
    const group = createSecurityGroup(
      "endpoints",
      {
        name: `${model.names.prefix}-endpoints`,
        description: "Endpoints of AWS services",
        vpcId: this.vpcId,
      },
      { parent: this },
    );
    allowIn("endpoints-https", group.id, { block }, 443, "HTTPS from the network", { parent: this });
    return group.id;
  }

  #createInterface(endpoint: ModelEndpoint, { model }: NetworkArgs): void {
    new aws.ec2.VpcEndpoint(
      endpointName(endpoint),
      {
        vpcId: this.vpcId,
        serviceName: `com.amazonaws.${model.region}.${endpoint.service}`,
        vpcEndpointType: "Interface",
        subnetIds: this.isolatedSubnetIds,
        securityGroupIds: [this.endpointSecurityGroupId],
        privateDnsEnabled: true,
        policy: policyText(endpoint.policy),
      },
      { parent: this },
    );
  }

  #createGateway(
    endpoints: readonly ModelEndpoint[],
    tables: Output<aws.ec2.RouteTable[]>,
    { model }: NetworkArgs,
  ): aws.ec2.VpcEndpoint {
    const endpoint = endpoints.find(({ type }) => type === "Gateway");
    if (endpoint === undefined)
      throw new Error("The model has no gateway endpoint for S3, which image layers come from.");
    return new aws.ec2.VpcEndpoint(
      endpointName(endpoint),
      {
        vpcId: this.vpcId,
        serviceName: `com.amazonaws.${model.region}.${endpoint.service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.apply((known) => known.map(({ id }) => id)),
        policy: policyText(endpoint.policy),
      },
      { parent: this },
    );
  }
}

function endpointName({ service }: ModelEndpoint): string {
  return `endpoint-${service.replaceAll(".", "-")}`;
}
