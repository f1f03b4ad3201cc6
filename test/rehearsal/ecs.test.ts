import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWire, type Wire } from "./wire-fixture.ts";

const owner = "111111111111";
const arn = (rest: string) => `arn:aws:ecs:us-east-2:${owner}:${rest}`;
const cluster = "customer-testnet";
const definition = arn("task-definition/customer-testnet-database-init:3");

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  const clusterArn = arn(`cluster/${cluster}`);
  wire.put(owner, "aws:ecs/cluster:Cluster", clusterArn, clusterArn, { name: cluster, arn: clusterArn });
  const service = arn(`service/${cluster}/wallet`);
  wire.put(owner, "aws:ecs/service:Service", service, service, {
    name: "wallet",
    cluster: clusterArn,
    desiredCount: 0,
    taskDefinition: arn("task-definition/customer-testnet-wallet:1"),
  });
  for (const revision of [2, 3]) {
    const definitionArn = arn(`task-definition/customer-testnet-database-init:${revision}`);
    wire.put(owner, "aws:ecs/taskDefinition:TaskDefinition", definitionArn, definitionArn, {
      family: "customer-testnet-database-init",
      revision,
      containerDefinitions: JSON.stringify([{ name: "database-init", image: "i", essential: true }]),
      cpu: "512",
      memory: "1024",
    });
  }
});
afterEach(() => wire.close());

const ecs = () => wire.clients(owner).ecs;
const run = (more = {}) =>
  ecs().send(
    new RunTaskCommand({
      cluster,
      taskDefinition: definition,
      launchType: "FARGATE",
      startedBy: "deployer",
      overrides: {
        containerOverrides: [{ name: "database-init", environment: [{ name: "INPUT", value: "{}" }] }],
      },
      ...more,
    }),
  );

test("a started service runs as many tasks as it was asked to", async () => {
  await ecs().send(new UpdateServiceCommand({ cluster, service: "wallet", desiredCount: 2 }));
  const { services } = await ecs().send(new DescribeServicesCommand({ cluster, services: ["wallet"] }));
  expect(services).toMatchObject([
    { serviceName: "wallet", desiredCount: 2, runningCount: 2, status: "ACTIVE" },
  ]);
  expect((await ecs().send(new ListServicesCommand({ cluster }))).serviceArns).toHaveLength(1);
  const { clusters, failures } = await ecs().send(
    new DescribeClustersCommand({ clusters: [cluster, "absent"] }),
  );
  expect(clusters).toMatchObject([{ clusterName: cluster, activeServicesCount: 1, runningTasksCount: 2 }]);
  expect(failures).toMatchObject([{ reason: "MISSING" }]);
});

test("a task ends at once, with what it was given kept", async () => {
  const { tasks = [] } = await run();
  expect(tasks).toMatchObject([{ lastStatus: "PROVISIONING", startedBy: "deployer" }]);
  const ids = tasks.map(({ taskArn = "" }) => taskArn);
  const described = await ecs().send(new DescribeTasksCommand({ cluster, tasks: ids }));
  expect(described.tasks).toMatchObject([
    {
      lastStatus: "STOPPED",
      containers: [{ name: "database-init", exitCode: 0 }],
      overrides: { containerOverrides: [{ environment: [{ name: "INPUT", value: "{}" }] }] },
    },
  ]);
  const stopped = new ListTasksCommand({ cluster, startedBy: "deployer", desiredStatus: "STOPPED" });
  expect((await ecs().send(stopped)).taskArns).toEqual(ids);
  expect((await ecs().send(new ListTasksCommand({ cluster }))).taskArns).toEqual([]);
});

test("the same client token starts one task, and never another", async () => {
  const first = await run({ clientToken: "one" });
  const second = await run({ clientToken: "one" });
  expect(second.tasks?.[0]?.taskArn).toBe(first.tasks?.[0]?.taskArn);
  await expect(run({ clientToken: "one", startedBy: "somebody else" })).rejects.toMatchObject({
    name: "ConflictException",
  });
});

test("a family means its newest revision", async () => {
  const { taskDefinition } = await ecs().send(
    new DescribeTaskDefinitionCommand({ taskDefinition: "customer-testnet-database-init" }),
  );
  expect(taskDefinition).toMatchObject({ revision: 3, containerDefinitions: [{ name: "database-init" }] });
});

test("what does not exist is answered as ECS does", async () => {
  await expect(
    ecs().send(new DescribeServicesCommand({ cluster: "absent", services: ["wallet"] })),
  ).rejects.toMatchObject({ name: "ClusterNotFoundException" });
  await expect(
    ecs().send(new UpdateServiceCommand({ cluster, service: "absent", desiredCount: 1 })),
  ).rejects.toMatchObject({ name: "ServiceNotFoundException" });
  await expect(run({ taskDefinition: "absent" })).rejects.toMatchObject({ name: "ClientException" });
  await expect(run({ overrides: { containerOverrides: [{ name: "absent" }] } })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const { failures } = await ecs().send(new DescribeServicesCommand({ cluster, services: ["absent"] }));
  expect(failures).toEqual([{ arn: arn(`service/${cluster}/absent`), reason: "MISSING" }]);
});

test("another account sees nothing of it", async () => {
  const theirs = wire.clients("222222222222").ecs;
  await expect(theirs.send(new ListServicesCommand({ cluster }))).rejects.toMatchObject({
    name: "ClusterNotFoundException",
  });
});
