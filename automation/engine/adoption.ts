import { paginateGetResources, type ResourceTagMapping } from "@aws-sdk/client-resource-groups-tagging-api";
import type { AwsClients } from "../aws.ts";

/** A resource that the cloud has but the engine's state does not: found by its tags, taken over instead of made a second time. */
export interface Adoptable {
  /** Engine's type token. */
  readonly type: string;
  /** Logical name in the stack. */
  readonly name: string;
  /** Id under which the provider imports it. */
  readonly id: string;
  readonly arn: string;
}

type IdOf = (arn: string, resource: string) => string;
const wholeArn: IdOf = (arn) => arn;
const lastPart: IdOf = (_arn, resource) => resource.slice(resource.lastIndexOf("/") + 1);
const afterColon: IdOf = (_arn, resource) => resource.slice(resource.indexOf(":") + 1);

/**
 * Which provider type an ARN belongs to, by service and the first word of its resource part, and what the provider imports it by
 * (the "Import" section of each resource's page in the provider's registry documentation).
 */
const typesByArn: ReadonlyArray<readonly [service: string, resource: RegExp, type: string, id: IdOf]> = [
  ["acm", /^certificate\//, "aws:acm/certificate:Certificate", wholeArn],
  ["cloudtrail", /^trail\//, "aws:cloudtrail/trail:Trail", wholeArn],
  ["cloudwatch", /^alarm:/, "aws:cloudwatch/metricAlarm:MetricAlarm", afterColon],
  ["ec2", /^vpc\//, "aws:ec2/vpc:Vpc", lastPart],
  ["ec2", /^subnet\//, "aws:ec2/subnet:Subnet", lastPart],
  ["ec2", /^internet-gateway\//, "aws:ec2/internetGateway:InternetGateway", lastPart],
  ["ec2", /^natgateway\//, "aws:ec2/natGateway:NatGateway", lastPart],
  ["ec2", /^elastic-ip\//, "aws:ec2/eip:Eip", lastPart],
  ["ec2", /^route-table\//, "aws:ec2/routeTable:RouteTable", lastPart],
  ["ec2", /^security-group\//, "aws:ec2/securityGroup:SecurityGroup", lastPart],
  ["ec2", /^vpc-endpoint\//, "aws:ec2/vpcEndpoint:VpcEndpoint", lastPart],
  ["ec2", /^launch-template\//, "aws:ec2/launchTemplate:LaunchTemplate", lastPart],
  ["ec2", /^network-interface\//, "aws:ec2/networkInterface:NetworkInterface", lastPart],
  ["ec2", /^security-group-rule\//, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", lastPart],
  ["ec2", /^security-group-rule\//, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", lastPart],
  [
    "ecr",
    /^repository\//,
    "aws:ecr/repository:Repository",
    (_arn, resource) => resource.slice("repository/".length),
  ],
  ["ecs", /^cluster\//, "aws:ecs/cluster:Cluster", lastPart],
  ["ecs", /^service\//, "aws:ecs/service:Service", (_arn, resource) => resource.slice("service/".length)],
  ["ecs", /^task-definition\//, "aws:ecs/taskDefinition:TaskDefinition", wholeArn],
  ["elasticloadbalancing", /^loadbalancer\//, "aws:lb/loadBalancer:LoadBalancer", wholeArn],
  ["elasticloadbalancing", /^targetgroup\//, "aws:lb/targetGroup:TargetGroup", wholeArn],
  ["elasticloadbalancing", /^listener\//, "aws:lb/listener:Listener", wholeArn],
  ["events", /^rule\//, "aws:cloudwatch/eventRule:EventRule", lastPart],
  ["iam", /^role\//, "aws:iam/role:Role", lastPart],
  ["iam", /^instance-profile\//, "aws:iam/instanceProfile:InstanceProfile", lastPart],
  ["kms", /^key\//, "aws:kms/key:Key", lastPart],
  [
    "logs",
    /^log-group:/,
    "aws:cloudwatch/logGroup:LogGroup",
    (_arn, resource) => resource.replace(/^log-group:/, "").replace(/:\*$/, ""),
  ],
  ["rds", /^db:/, "aws:rds/instance:Instance", afterColon],
  ["rds", /^subgrp:/, "aws:rds/subnetGroup:SubnetGroup", afterColon],
  ["rds", /^pg:/, "aws:rds/parameterGroup:ParameterGroup", afterColon],
  ["route53", /^hostedzone\//, "aws:route53/zone:Zone", lastPart],
  [
    "route53resolver",
    /^firewall-domain-list\//,
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
    lastPart,
  ],
  [
    "route53resolver",
    /^firewall-rule-group\//,
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
    lastPart,
  ],
  [
    "route53resolver",
    /^firewall-rule-group-association\//,
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
    lastPart,
  ],
  ["s3", /^/, "aws:s3/bucket:Bucket", (_arn, resource) => resource],
  ["secretsmanager", /^secret:/, "aws:secretsmanager/secret:Secret", wholeArn],
  [
    "servicediscovery",
    /^namespace\//,
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
    lastPart,
  ],
  ["servicediscovery", /^service\//, "aws:servicediscovery/service:Service", lastPart],
  ["sns", /^/, "aws:sns/topic:Topic", wholeArn],
  ["wafv2", /^/, "aws:wafv2/webAcl:WebAcl", wholeArn],
];

/**
 * What a tagged ARN may be to the engine. More than one where the ARN does not tell (the two directions of a security group's rule);
 * the program registers one of them under that name.
 *
 * @param tag value of `ivault:resource`, `<stack>/<logical name>`
 */
export function adoptablesOf(arn: string, tag: string): readonly Adoptable[] {
  const [, , service, , , ...rest] = arn.split(":");
  const resource = rest.join(":");
  return typesByArn
    .filter(([of, pattern]) => of === service && pattern.test(resource))
    .map(([, , type, idOf]) => ({
      type,
      name: tag.slice(tag.indexOf("/") + 1),
      id: idOf(arn, resource),
      arn,
    }));
}

type TaggingClients = Pick<AwsClients, "tagging" | "worldwideTagging">;

/** Everything that carries a deployment's tags: what is in its Region, and its hosted zones, which are in none. */
async function* taggedResources(
  { tagging, worldwideTagging }: TaggingClients,
  deployment: string,
): AsyncGenerator<ResourceTagMapping> {
  const TagFilters = [{ Key: "ivault:deployment", Values: [deployment] }, { Key: "ivault:resource" }];
  const zones = { TagFilters, ResourceTypeFilters: ["route53:hostedzone"] };
  for await (const { ResourceTagMappingList: page = [] } of paginateGetResources(
    { client: tagging },
    { TagFilters },
  ))
    yield* page;
  for await (const { ResourceTagMappingList: page = [] } of paginateGetResources(
    { client: worldwideTagging },
    zones,
  ))
    yield* page;
}

/**
 * Resources that a stack is about to make and that exist in the account already, keyed `<type>::<logical name>`.
 *
 * @param wanted keys of what the preview would create
 * @returns ids to import, and the pairs of ARNs that claim to be one and the same resource: those are never guessed between
 */
export async function findAdoptable(
  clients: TaggingClients,
  deployment: string,
  stack: string,
  wanted: ReadonlySet<string>,
): Promise<{
  readonly adopt: ReadonlyMap<string, string>;
  readonly ambiguous: readonly (readonly [string, string])[];
}> {
  const adopt = new Map<string, string>();
  const arns = new Map<string, string>();
  const ambiguous: [string, string][] = [];
  for await (const { ResourceARN: arn, Tags } of taggedResources(clients, deployment)) {
    const tag = Tags?.find(({ Key }) => Key === "ivault:resource")?.Value;
    if (arn === undefined || tag === undefined || !tag.startsWith(`${stack}/`)) continue;
    for (const found of adoptablesOf(arn, tag)) {
      const key = `${found.type}::${found.name}`;
      if (!wanted.has(key)) continue;
      const other = arns.get(key);
      // Both searches find a hosted zone where the deployment's own Region is the one that lists them.
      if (other !== undefined && other !== arn) ambiguous.push([other, arn]);
      arns.set(key, arn);
      adopt.set(key, found.id);
    }
  }
  return { adopt, ambiguous };
}

type Given = Readonly<Record<string, unknown>>;

/**
 * Types that the tagging service does not list but whose id follows from what the program gives them: the provider imports them by
 * their name or by what they connect.
 */
const idByArguments: Readonly<Record<string, (given: Given) => unknown>> = {
  "aws:autoscaling/group:Group": ({ name }) => name,
  "aws:cloudwatch/dashboard:Dashboard": ({ dashboardName }) => dashboardName,
  "aws:ec2/route:Route": ({ routeTableId, destinationCidrBlock }) =>
    `${routeTableId}_${destinationCidrBlock}`,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ({ subnetId, routeTableId }) =>
    `${subnetId}/${routeTableId}`,
  "aws:iam/instanceProfile:InstanceProfile": ({ name }) => name,
  "aws:iam/role:Role": ({ name }) => name,
  "aws:iam/rolePolicy:RolePolicy": ({ role, name }) => `${role}:${name}`,
  "aws:kms/alias:Alias": ({ name }) => name,
  // ACM names the proof that it asks for with a final dot, which Route 53 leaves out.
  "aws:route53/record:Record": ({ zoneId, name, type }) =>
    `${zoneId}_${`${name}`.replace(/\.$/, "")}_${type}`,
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": ({ firewallRuleGroupId, firewallDomainListId }) =>
    `${firewallRuleGroupId}:${firewallDomainListId}`,
  "aws:servicediscovery/instance:Instance": ({ serviceId, instanceId }) => `${serviceId}/${instanceId}`,
};

/** Whether a failed create means that the thing is already there (codes as the services name them). */
export function meansAlreadyExists(message: string): boolean {
  return /AlreadyExists|already exists|InvalidGroup\.Duplicate|ResourceConflict|ConflictException/.test(
    message,
  );
}

/** The id under which an existing thing of this name can be taken over, where that follows from the program's own inputs. */
export function idFromInputs(type: string, inputs: Readonly<Record<string, unknown>>): string | undefined {
  const id = idByArguments[type]?.(inputs);
  return typeof id === "string" ? id : undefined;
}
