import { type Output, output } from "@pulumi/pulumi";
import * as mocks from "@pulumi/pulumi/runtime/mocks.js";
import * as runtimeSettings from "@pulumi/pulumi/runtime/settings.js";
import * as stack from "@pulumi/pulumi/runtime/stack.js";
import * as runtimeState from "@pulumi/pulumi/runtime/state.js";
import type { StackContext, StackDefinition } from "../../stacks/definition.ts";
import { providerOf } from "../../stacks/run.ts";

/** Parts of the SDK that its typings leave out; its version is pinned, and the graph tests fail at once should one of them go. */
const settings = runtimeSettings as typeof runtimeSettings & {
  awaitFeatureSupport(): Promise<void>;
  waitForRPCs(): Promise<void>;
};
const state = runtimeState as typeof runtimeState & {
  withLocalStorage<T>(work: () => Promise<T>): Promise<T>;
};

/** What a program asked the engine for, one resource. */
export interface GraphResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  /** `<urn>::<id>` of the provider, empty for the default one. */
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly dependencies: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Graph {
  readonly resources: readonly GraphResource[];
  readonly invokes: readonly { readonly token: string; readonly inputs: Readonly<Record<string, unknown>> }[];
  readonly outputs: unknown;
}

/** The part of the engine's request that the graph is made of (`resource.proto`). */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}

class CapturingMonitor extends mocks.MockMonitor {
  readonly captured: GraphResource[] = [];
  readonly invokes: { token: string; inputs: Record<string, unknown> }[] = [];

  constructor() {
    super({
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...inputs, ...attributesOf(type, name, inputs) },
      }),
      call: ({ token, inputs }) => {
        this.invokes.push({ token, inputs });
        return resultOf(token, inputs);
      },
    });
  }

  override async registerResource(
    request: RegisterRequest & {
      getCustom(): boolean;
      getObject(): { toJavaScript(): Record<string, unknown> };
    },
    callback: (error: unknown, response: unknown) => void,
  ): Promise<void> {
    this.captured.push({
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      parent: request.getParent(),
      provider: request.getProvider(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      dependencies: request.getDependenciesList(),
      inputs: request.getObject().toJavaScript(),
    });
    await super.registerResource(request, callback);
  }
}

/** Runs a stack's program against a stand-in of the engine and returns what it asked for. */
export async function graphOf(definition: StackDefinition, context: StackContext): Promise<Graph> {
  const monitor = new CapturingMonitor();
  let outputs: Output<unknown> = output(undefined);
  await state.withLocalStorage(async () => {
    settings.setMockOptions(
      monitor,
      "institutional-vault",
      `${context.deployment.environment}.${definition.id}`,
      false,
    );
    await settings.awaitFeatureSupport();
    await stack.runInPulumiStack(async () => {
      outputs = output(definition.program(context, providerOf(definition, context)));
    });
    await settings.waitForRPCs();
  });
  const resources = monitor.captured.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  return { resources, invokes: monitor.invokes, outputs: await resolved(outputs) };
}

function resolved(value: Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => value.apply(resolve));
}

/** Attributes that AWS adds and our programs read. */
function attributesOf(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const service = type.split(":")[1]?.split("/")[0];
  const arn = { arn: `arn:aws:${service}:us-east-2:111111111111:${name}` };
  switch (type) {
    case "awsx:ec2:Vpc": {
      const zones = (inputs.availabilityZoneNames as string[]).map((_zone, index) => index + 1);
      const subnets = (kind: string) => zones.map((zone) => `subnet-${kind}-${zone}`);
      return {
        vpcId: "vpc-network",
        publicSubnetIds: subnets("public"),
        privateSubnetIds: subnets("private"),
        isolatedSubnetIds: subnets("isolated"),
        routeTables: [],
      };
    }
    case "aws:acm/certificate:Certificate":
      return {
        ...arn,
        domainValidationOptions: [
          {
            domainName: inputs.domainName,
            resourceRecordName: `_proof.${String(inputs.domainName)}`,
            resourceRecordType: "CNAME",
            resourceRecordValue: "_proof.acm-validations.aws",
          },
        ],
      };
    case "aws:autoscaling/group:Group":
      return arn;
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { ...arn, latestVersion: 1 };
    case "aws:ec2/networkInterface:NetworkInterface":
      return { ...arn, privateIp: "10.64.0.10" };
    case "aws:ec2/vpcEndpoint:VpcEndpoint":
      return { ...arn, prefixListId: "pl-s3" };
    case "aws:ecr/repository:Repository":
      return { ...arn, repositoryUrl: `111111111111.dkr.ecr.us-east-2.amazonaws.com/${String(inputs.name)}` };
    case "aws:kms/key:Key":
      return { ...arn, keyId: `${name}-id` };
    case "aws:lb/loadBalancer:LoadBalancer":
      return {
        ...arn,
        arnSuffix: "app/wallet/1",
        dnsName: "wallet.us-east-2.elb.amazonaws.com",
        zoneId: "Z-ELB",
      };
    case "aws:lb/targetGroup:TargetGroup":
      return { ...arn, arnSuffix: "targetgroup/wallet/1" };
    case "aws:rds/instance:Instance":
      return {
        ...arn,
        address: `${String(inputs.identifier)}.rds.amazonaws.com`,
        masterUserSecrets: [
          { secretArn: `arn:aws:secretsmanager:us-east-2:111111111111:secret:rds!db-${name}` },
        ],
      };
    case "aws:route53/record:Record":
      return { fqdn: inputs.name };
    case "aws:route53/zone:Zone":
      return { ...arn, zoneId: `${name}-id`, nameServers: ["ns-1.awsdns.com", "ns-2.awsdns.net"] };
    case "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace":
      return { ...arn, hostedZone: `${name}-hosted-zone` };
    default:
      return arn;
  }
}

function resultOf(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  switch (token) {
    case "aws:ec2/getRouteTable:getRouteTable":
      return { ...inputs, routeTableId: `rtb-${String(inputs.subnetId)}` };
    case "aws:ecr/getImage:getImage":
    case "docker:index/getRegistryImage:getRegistryImage":
      return { ...inputs, sha256Digest: String(inputs.name).split("@")[1] ?? "" };
    default:
      throw new Error(`The programs look nothing up with ${token}.`);
  }
}
