import type { Provider } from "@pulumi/aws";
import * as aws from "@pulumi/aws";
import { Broker, brokerPort } from "../components/broker.ts";
import { dashboardBody } from "../components/dashboard.ts";
import { databasePort } from "../components/database.ts";
import { entry } from "../components/lookup.ts";
import { connect } from "../components/security-group.ts";
import { Service } from "../components/service.ts";
import { secretVariables } from "../components/service-secrets.ts";
import { Task, type Workload } from "../components/task.ts";
import { Wallet, walletPort } from "../components/wallet.ts";
import type { Model } from "../isolation/model.ts";
import { componentConfiguration } from "../spec/component-configuration.ts";
import { nodeNumbers } from "../spec/deployment.ts";
import type { StackContext, StackDefinition } from "./definition.ts";
import { imageOf } from "./images.ts";
import { unknownId } from "./placeholders.ts";
import { servicesOf } from "./services.ts";
import { sizeOf } from "./sizes.ts";

const id = "wallet";

/** Ports on which the optional services listen inside their task, as the vendor's specification has them. */
const servicePorts: Readonly<Record<string, readonly number[]>> = {
  wallet: [walletPort],
  "approval-service": [9876],
};

/** What runs: the broker, the wallet behind its load balancer, and whichever services the specification adds. */
export const wallet: StackDefinition<typeof id> = {
  id,
  account: "infrastructure",
  title: "Broker, wallet and services behind the load balancer; alarms and dashboard",
  needs: ["baseline-infrastructure", "wallet-long-lived"],
  longLived: false,
  placeholders,
  program,
};

function program(context: StackContext, provider: Provider) {
  const { model } = context;
  const options = { provider };
  const broker = createBroker(context, provider);
  const walletService = createWallet(context, provider);
  const others = servicesOf(context)
    .filter((service) => service !== "wallet")
    .map((service): [string, Service] => [
      service,
      new Service(
        service,
        {
          ...runsIn(context, service),
          workload: workloadOf(context, service, provider),
          count: sizeOf(context.deployment, service).count,
          reach: "internet",
        },
        options,
      ),
    ]);
  const databaseGroup = entry(
    context.outputsOf("wallet-long-lived").databases,
    "wallet",
    "database",
  ).securityGroupId;
  for (const [service, { securityGroupId }] of [["wallet", walletService] as const, ...others]) {
    connect(
      `${service}-broker`,
      securityGroupId,
      broker.securityGroupId,
      brokerPort,
      `${service} to broker`,
      options,
    );
    connect(
      `${service}-database`,
      securityGroupId,
      databaseGroup,
      databasePort,
      `${service} to database`,
      options,
    );
  }
  const bootstrap = createBootstrap(context, provider);
  createDashboard(context, walletService, provider);
  return {
    url: model.names.url,
    loadBalancerDnsName: walletService.loadBalancerDnsName,
    brokerSecurityGroupId: broker.securityGroupId,
    walletSecurityGroupId: walletService.securityGroupId,
    serviceNames: {
      broker: broker.serviceName,
      wallet: walletService.serviceName,
      ...Object.fromEntries(others.map(([service, { serviceName }]) => [service, serviceName])),
    },
    bootstrap: { taskDefinitionArn: bootstrap.taskDefinitionArn, securityGroupId: bootstrap.securityGroupId },
  };
}

/** Where a component runs and whom its alarms tell. */
function runsIn({ model, outputsOf }: StackContext, component: string) {
  const baseline = outputsOf("baseline-infrastructure");
  return {
    model,
    placement: baseline,
    logGroup: entry(baseline.logGroupNames, component, "log group"),
    cluster: { arn: baseline.clusterArn, name: baseline.clusterName },
    subnetIds: baseline.privateSubnetIds,
    alarmTopicArn: baseline.alarmTopicArn,
  };
}

function workloadOf(context: StackContext, component: string, provider: Provider): Workload {
  const { deployment, model, revisions, spec } = context;
  const { cpu, memoryMebibytes } = sizeOf(deployment, component);
  const { secretArns } = context.outputsOf("wallet-long-lived");
  return {
    image: imageOf(context, component, { provider }),
    cpu,
    memoryMebibytes,
    environment: {
      CUSTOMER_MPA_ENVIRONMENT: deployment.environment,
      WALLET_URL: model.names.url,
      BROKER_URL: `tls://${model.names.brokerHost}:${brokerPort}`,
      // Its part of the specification, which holds references to secrets and never their values.
      COMPONENT_CONFIGURATION: JSON.stringify(
        componentConfiguration(spec, deployment.environment, component),
      ),
    },
    secrets: secretVariables(component, servicesOf(context), secretArns),
    // Tasks read their secrets when they start: new versions take effect because this label changes.
    labels: { "ivault.secrets-revision": revisions["secrets-wallet"] ?? "none" },
    ports: servicePorts[component] ?? [],
  };
}

function createBroker(context: StackContext, provider: Provider): Broker {
  const { deployment, imagesPresent, revisions } = context;
  const baseline = context.outputsOf("baseline-infrastructure");
  const { secretArns } = context.outputsOf("wallet-long-lived");
  const { cpu, memoryMebibytes } = sizeOf(deployment, "broker");
  return new Broker(
    "broker",
    {
      ...runsIn(context, "broker"),
      image: imageOf(context, "broker", { provider }),
      cpu,
      memoryMebibytes,
      base: deployment.release.brokerBase,
      lookUpBase: imagesPresent,
      tlsSecretArn: entry(secretArns, "broker.tls", "secret"),
      usersSecretArn: entry(secretArns, "broker.users", "secret"),
      namespaceId: baseline.privateNamespaceId,
      revision: revisions["secrets-wallet"] ?? "none",
    },
    { provider },
  );
}

function createWallet(context: StackContext, provider: Provider): Wallet {
  const { deployment, model } = context;
  const baseline = context.outputsOf("baseline-infrastructure");
  const { names } = model;
  return new Wallet(
    "wallet",
    {
      ...runsIn(context, "wallet"),
      workload: workloadOf(context, "wallet", provider),
      zoneId: baseline.zoneId,
      host: names.host,
      door: {
        prefix: names.prefix,
        vpcId: baseline.vpcId,
        subnetIds: deployment.exposure === "public" ? baseline.publicSubnetIds : baseline.privateSubnetIds,
        exposure: deployment.exposure,
        networkBlock: deployment.sizes.network,
        certificateArn: context.outputsOf("wallet-long-lived").certificateArn,
        accessLogBucket: entry(model.buckets, "access-logs", "bucket").name,
        deletionProtection: deployment.profile === "production",
      },
    },
    { provider },
  );
}

/** The release's task that creates users and policies, run once by the step `bootstrap`. */
function createBootstrap(context: StackContext, provider: Provider): Task {
  const { model, placement, logGroup } = runsIn(context, "bootstrap");
  const workload = workloadOf(context, "bootstrap", provider);
  return new Task("bootstrap", { model, placement, logGroup, workload, reach: "internet" }, { provider });
}

function createDashboard(context: StackContext, { dimensions }: Wallet, provider: Provider): void {
  const { names, region } = context.model;
  const databases = Object.keys(context.outputsOf("wallet-long-lived").databases);
  new aws.cloudwatch.Dashboard(
    "dashboard",
    {
      dashboardName: names.prefix,
      dashboardBody: dashboardBody({
        region,
        clusterName: context.outputsOf("baseline-infrastructure").clusterName,
        serviceNames: ["broker", ...servicesOf(context)],
        databases: databases.map((database) => `${names.prefix}-${database}`),
        nodeGroups: nodeNumbers.map((node) => `${names.prefix}-node${node}`),
        loadBalancer: dimensions.LoadBalancer,
        targetGroup: dimensions.TargetGroup,
      }),
    },
    { provider },
  );
}

function placeholders({ names, region, accountIds }: Model) {
  return {
    url: names.url,
    loadBalancerDnsName: `${unknownId("load-balancer")}.${region}.elb.amazonaws.com`,
    brokerSecurityGroupId: unknownId("broker-security-group"),
    walletSecurityGroupId: unknownId("wallet-security-group"),
    serviceNames: { broker: "broker", wallet: "wallet" },
    bootstrap: {
      taskDefinitionArn: `arn:aws:ecs:${region}:${accountIds.infrastructure}:task-definition/${names.prefix}-bootstrap:${unknownId("revision")}`,
      securityGroupId: unknownId("bootstrap-security-group"),
    },
  };
}
