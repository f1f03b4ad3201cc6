import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { typesWithoutTags } from "../../components/tags.ts";
import { policyText } from "../../isolation/policy.ts";
import type { StackContext, StackDefinition } from "../../stacks/definition.ts";
import { stackDefinitions, stacksOf } from "../../stacks/index.ts";
import { stackOutputSchemas } from "../../stacks/outputs.ts";
import { fixtureDeployment, sandboxDeployment } from "../isolation/fixture.ts";
import { contextOf, definitionOf } from "./context.ts";
import { fullSpec, publishedSpec } from "./deployments.ts";
import { type Graph, type GraphResource, graphOf } from "./graph.ts";

/** Types whose loss is the loss of keys, data, evidence or of the delegated zone. */
const longLivedTypes = [
  "aws:acm/certificate:Certificate",
  "aws:kms/key:Key",
  "aws:rds/instance:Instance",
  "aws:route53/zone:Zone",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
];

interface Case {
  readonly name: string;
  readonly definition: StackDefinition;
  readonly context: StackContext;
}

const production = contextOf(fixtureDeployment, fullSpec);
const sandbox = contextOf(sandboxDeployment, fullSpec);
const cases: Case[] = [
  ...stackDefinitions.map((definition) => ({ name: definition.id, definition, context: production })),
  ...stacksOf(sandboxDeployment).map((definition) => ({
    name: `sandbox-${definition.id}`,
    definition,
    context: sandbox,
  })),
];

test("a sandbox has seven stacks, a production deployment nine", () => {
  expect(stacksOf(fixtureDeployment).map(({ id }) => id)).toEqual(stackDefinitions.map(({ id }) => id));
  expect(stacksOf(sandboxDeployment)).toHaveLength(7);
});

test("a stack comes after those whose outputs it reads", () => {
  for (const [index, { needs }] of stackDefinitions.entries()) {
    const before = stackDefinitions.slice(0, index).map(({ id }) => id);
    expect(before).toEqual(expect.arrayContaining([...needs]));
  }
});

describe.each(cases)("$name", ({ name, definition, context }) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await graphOf(definition, context);
  });
  const aws = () => graph.resources.filter(({ type, custom }) => custom && type.startsWith("aws:"));
  const ofType = (type: string) => graph.resources.filter((resource) => resource.type === type);

  test("holds these resources", async () => {
    const lines = graph.resources.map(({ type, name: logical }) => `${type} ${logical}`).sort();
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`../golden/graphs/${name}.txt`);
  });

  test("names no resource twice", () => {
    const names = graph.resources.map(({ type, name: logical }) => `${type}::${logical}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("makes every resource with the one provider of its own account", () => {
    const [provider, ...others] = ofType("pulumi:providers:aws");
    expect(others).toEqual([]);
    expect(provider?.inputs.allowedAccountIds).toBe(
      JSON.stringify([context.model.accountIds[definition.account]]),
    );
    expect(provider?.inputs).not.toHaveProperty("accessKey");
    for (const { provider: used, type } of aws()) expect(used, type).toContain("::aws::");
    for (const { provider: used } of ofType("awsx:ec2:Vpc")) expect(used).toContain("::awsx::");
  });

  test("acts as the key-admin role exactly where a node's keys are made", () => {
    const node = /^policy-node([012])-long-lived$/.exec(definition.id)?.[1];
    const assumed = ofType("pulumi:providers:aws").map(({ inputs }) => inputs.assumeRoles);
    if (node === undefined) expect(assumed).toEqual([undefined]);
    else expect(assumed[0]).toContain(`policy-node${node}-key-admin`);
  });

  test("protects and retains whatever must outlive every change", () => {
    for (const { type, name: logical, protect, retainOnDelete } of aws()) {
      const kept = longLivedTypes.includes(type);
      expect([protect, retainOnDelete], `${type} ${logical}`).toEqual([kept, kept]);
    }
    for (const { inputs } of ofType("aws:kms/key:Key")) expect(inputs.deletionWindowInDays).toBe(30);
    for (const { inputs } of ofType("aws:secretsmanager/secret:Secret"))
      expect(inputs.recoveryWindowInDays).toBe(30);
    for (const { inputs } of ofType("aws:s3/bucket:Bucket")) expect(inputs.forceDestroy).toBeUndefined();
    for (const { inputs } of ofType("aws:rds/instance:Instance")) {
      expect(inputs).toMatchObject({
        deletionProtection: true,
        multiAz: context === production,
        storageEncrypted: true,
        publiclyAccessible: false,
        manageMasterUserPassword: true,
        skipFinalSnapshot: false,
      });
    }
  });

  test("puts exactly the model's policies on its resources", () => {
    const { buckets, endpoints, keys, roles, secrets, topics } = context.model;
    const ours = <T extends { readonly stack: string | null }>(table: Readonly<Record<string, T>>) =>
      Object.values(table).filter(({ stack }) => stack === definition.id);
    const placed = (type: string, property: string) =>
      ofType(type)
        .map(({ inputs }) => inputs[property])
        .sort();
    const texts = (list: readonly { readonly policy: Parameters<typeof policyText>[0] }[]) =>
      list.map(({ policy }) => policyText(policy)).sort();
    expect(placed("aws:kms/key:Key", "policy")).toEqual(texts(ours(keys)));
    expect(placed("aws:secretsmanager/secret:Secret", "policy")).toEqual(texts(ours(secrets)));
    expect(placed("aws:s3/bucketPolicy:BucketPolicy", "policy")).toEqual(texts(ours(buckets)));
    expect(placed("aws:ec2/vpcEndpoint:VpcEndpoint", "policy")).toEqual(texts(ours(endpoints)));
    expect(placed("aws:sns/topic:Topic", "policy")).toEqual(texts(ours(topics)));
    expect(placed("aws:iam/role:Role", "assumeRolePolicy")).toEqual(
      ours(roles)
        .map(({ trust }) => policyText(trust))
        .sort(),
    );
    const inline = Object.values(roles).flatMap(({ identity, stack }) =>
      identity
        .filter((entry) => (entry.stack ?? stack) === definition.id)
        .map(({ document }) => policyText(document)),
    );
    expect(placed("aws:iam/rolePolicy:RolePolicy", "policy")).toEqual(inline.sort());
    for (const { inputs } of ofType("aws:iam/role:Role"))
      expect(inputs).not.toHaveProperty("managedPolicyArns");
    expect(
      graph.resources.filter(({ type }) => /PolicyAttachment|SecretPolicy|KeyPolicy/.test(type)),
    ).toEqual([]);
  });

  test("opens nothing to the world but the load balancer's port 443", () => {
    const open = ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(
      ({ inputs }) => inputs.cidrIpv4 === "0.0.0.0/0" || "cidrIpv6" in inputs,
    );
    expect(open.map(({ name: logical, inputs }) => [logical, inputs.fromPort, inputs.toPort])).toEqual(
      definition.id === "wallet" ? [["wallet-door-https", 443, 443]] : [],
    );
    for (const { inputs } of ofType("aws:ec2/securityGroup:SecurityGroup")) {
      expect(inputs).not.toHaveProperty("ingress");
      expect(inputs).not.toHaveProperty("egress");
    }
  });

  test("lets the network resolve its own names, AWS's in its Region and the deployment's domains, and no others", () => {
    const lists = ofType("aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList");
    const rules = ofType("aws:route53/resolverFirewallRule:ResolverFirewallRule");
    const domains = Object.fromEntries(lists.map(({ name: list, inputs }) => [list, inputs.domains]));
    if (definition.id !== "baseline-infrastructure") expect(lists).toEqual([]);
    else {
      const { region, names } = context.model;
      expect(domains["egress-others"]).toEqual(["*"]);
      expect(domains["egress-allowed"]).toEqual(
        [
          names.privateZone,
          `${region}.compute.internal`,
          `${region}.amazonaws.com`,
          `${region}.rds.amazonaws.com`,
          ...context.deployment.allowedDomains,
        ].flatMap((domain) => [domain, `*.${domain}`]),
      );
      const decided = rules.map(({ name: rule, inputs }) => [rule, inputs.action, inputs.priority]);
      expect(decided.sort()).toEqual([
        ["egress-allowed", "ALLOW", 100],
        ["egress-others", "BLOCK", 200],
      ]);
      const [config] = ofType("aws:route53/resolverFirewallConfig:ResolverFirewallConfig");
      expect(config?.inputs.firewallFailOpen).toBe("DISABLED");
    }
  });

  test("names every image by its digest and every secret by its ARN", () => {
    for (const container of containersOf(graph)) {
      expect(container.image).toMatch(/^\d{12}\.dkr\.ecr\..+@sha256:[0-9a-f]{64}$/);
      for (const { valueFrom } of container.secrets) expect(valueFrom).toMatch(/^arn:aws:secretsmanager:/);
      for (const { name: variable } of container.environment)
        expect(variable).not.toMatch(/PASSWORD|TOKEN|PRIVATE|SECRET/);
      expect(container).toMatchObject({ readonlyRootFilesystem: true, privileged: false });
    }
    for (const { inputs } of ofType("aws:ecs/service:Service"))
      expect(inputs.enableExecuteCommand).toBe(false);
  });

  test("keeps its hosts closed", () => {
    for (const { inputs } of ofType("aws:ec2/launchTemplate:LaunchTemplate")) {
      expect(inputs).not.toHaveProperty("keyName");
      expect(inputs).toMatchObject({
        enclaveOptions: { enabled: true },
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [{ ebs: { encrypted: "true" } }],
        imageId: context.deployment.sizes.node.imageId,
      });
    }
    for (const { inputs } of ofType("aws:autoscaling/group:Group")) {
      expect(inputs).toMatchObject({ minSize: 1, maxSize: 1, desiredCapacity: 1 });
      expect(inputs.availabilityZones).toHaveLength(1);
    }
  });

  test("tells what the other stacks are promised", () => {
    expect(() => stackOutputSchemas[definition.id].parse(graph.outputs)).not.toThrow();
    expect(() =>
      stackOutputSchemas[definition.id].parse(definition.placeholders(context.model)),
    ).not.toThrow();
  });

  test("holds no type that is tagged although it takes no tags", async () => {
    for (const { type } of aws())
      expect([type, typesWithoutTags.has(type)]).toEqual([type, !(await takesTags(type))]);
  });
});

test("before the images and the key-admin roles exist, nothing is looked up and nothing is assumed", async () => {
  const early = contextOf(fixtureDeployment, publishedSpec, {
    imagesPresent: false,
    keyAdminRoleExists: false,
  });
  for (const definition of stackDefinitions) {
    const { invokes, resources } = await graphOf(definition, early);
    expect(invokes.filter(({ token }) => token !== "aws:ec2/getRouteTable:getRouteTable")).toEqual([]);
    expect(resources.filter(({ inputs }) => "assumeRoles" in inputs)).toEqual([]);
  }
});

test("the wallet waits to be started, and no later change stops it", async () => {
  const { resources } = await graphOf(definitionOf("wallet"), production);
  const services = new Map(resources.filter(isService).map((service) => [service.name, service]));
  expect(services.get("wallet")).toMatchObject({
    ignoreChanges: ["desiredCount"],
    inputs: { desiredCount: 0 },
  });
  expect(services.get("broker")).toMatchObject({ ignoreChanges: [], inputs: { desiredCount: 1 } });
  expect([...services.keys()].sort()).toEqual(["approval-service", "broker", "orchestrator", "wallet"]);
});

test("with exposure internal, the load balancer is open to the network alone", async () => {
  const context = contextOf({ ...fixtureDeployment, exposure: "internal" }, publishedSpec);
  const { resources } = await graphOf(definitionOf("wallet"), context);
  expect(resources.find(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer")?.inputs.internal).toBe(
    true,
  );
  expect(resources.find(({ name }) => name === "wallet-door-https")?.inputs.cidrIpv4).toBe(
    fixtureDeployment.sizes.network,
  );
});

test("a node's host reaches endpoints, artefacts, broker, its own database and the other nodes, and nothing else", async () => {
  const { resources } = await graphOf(definitionOf("nitro-nodes"), production);
  const egress = resources
    .filter(({ type, inputs }) => type.endsWith("EgressRule") && inputs.securityGroupId === "node1-id")
    .map(({ inputs }) => [
      inputs.referencedSecurityGroupId ?? inputs.prefixListId ?? inputs.cidrIpv4,
      inputs.toPort,
    ]);
  expect(egress.sort()).toEqual(
    [
      ["node0-id", 9080],
      ["node2-id", 9080],
      ["not-yet-made-broker-security-group", 4222],
      ["not-yet-made-endpoint-security-group", 443],
      ["not-yet-made-policy-node1-database-security-group", 5432],
      ["not-yet-made-s3-prefix-list", 443],
    ].sort(),
  );
});

function isService({ type }: GraphResource): boolean {
  return type === "aws:ecs/service:Service";
}

interface Container {
  readonly image: string;
  readonly environment: readonly { readonly name: string }[];
  readonly secrets: readonly { readonly valueFrom: string }[];
}

function containersOf({ resources }: Graph): Container[] {
  return resources
    .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
    .flatMap(({ inputs }) => JSON.parse(String(inputs.containerDefinitions)) as Container[]);
}

/** Whether the provider's own typings give the type a `tags` argument. */
async function takesTags(type: string): Promise<boolean> {
  const [, path = ""] = type.split(":");
  const typings = await readFile(
    new URL(`../../node_modules/@pulumi/aws/${path}.d.ts`, import.meta.url),
    "utf8",
  );
  const args = typings.slice(typings.search(/export interface \w+Args /));
  return /^ {4}tags\?:/m.test(args);
}
