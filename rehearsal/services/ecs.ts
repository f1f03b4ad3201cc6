import { z } from "zod";
import { members } from "../input.ts";
import { AwsError, type Right } from "../request.ts";
import type { Store } from "../store.ts";
import { type Cluster, clusterOf, clustersOf } from "./ecs-clusters.ts";
import { definitionOf, lastPart, passedRoles, registration } from "./ecs-definitions.ts";
import { runTask, runTaskMembers, taskDetail, tasksOf } from "./ecs-tasks.ts";
import type { Handler, HandlerContext, Handlers } from "./handler.ts";

const serviceType = "aws:ecs/service:Service";
const serviceProperties = z.looseObject({
  name: z.string(),
  cluster: z.string(),
  desiredCount: z.number().default(0),
  taskDefinition: z.string(),
  launchType: z.string().default("FARGATE"),
  enableExecuteCommand: z.boolean().default(false),
});

interface Service extends z.infer<typeof serviceProperties> {
  readonly id: string;
  readonly arn: string;
}

function servicesOf(store: Store, account: string, cluster: Cluster): Service[] {
  return store
    .list({ account, type: serviceType })
    .map(({ id, arn, properties }) => ({ ...serviceProperties.parse(properties), id, arn: arn ?? id }))
    .filter((service) => lastPart(service.cluster) === cluster.name);
}

/** The stand-in has no containers: a service has as many running tasks as it is asked to have, at once. */
function serviceDetail(service: Service, cluster: Cluster) {
  const { arn, name, desiredCount, taskDefinition, launchType, enableExecuteCommand } = service;
  const counts = { desiredCount, runningCount: desiredCount, pendingCount: 0 };
  return {
    serviceArn: arn,
    serviceName: name,
    clusterArn: cluster.arn,
    status: "ACTIVE",
    ...counts,
    launchType,
    taskDefinition,
    enableExecuteCommand,
    deployments: [
      {
        id: `ecs-svc/${name}`,
        status: "PRIMARY",
        taskDefinition,
        launchType,
        rolloutState: "COMPLETED",
        ...counts,
      },
    ],
    events: [],
  };
}

/** Performs `effect` as `action` in the caller's account. */
function action<Shape extends z.ZodRawShape>(
  name: string,
  shape: Shape,
  resource: (input: z.infer<z.ZodObject<Shape>>) => string | undefined,
  effect: (input: z.infer<z.ZodObject<Shape>>, context: HandlerContext) => Record<string, unknown>,
  also: (input: z.infer<z.ZodObject<Shape>>, context: HandlerContext) => readonly Right[] = () => [],
): Handler {
  return async (context) => {
    const { cloud, caller, region } = context;
    const input = members(shape, context.input, "InvalidParameterException");
    const named = resource(input);
    const arn =
      named === undefined || named.startsWith("arn:")
        ? named
        : `arn:aws:ecs:${region}:${caller.account}:${named}`;
    return cloud.perform(
      {
        caller,
        service: "ecs",
        action: name,
        region,
        resource: arn,
        input: context.input,
        also: also(input, context),
      },
      () => effect(input, context),
    );
  };
}

const cluster = z.string().optional();
const inCluster = (kind: string, { cluster }: { cluster?: string }, name: string) =>
  name.startsWith("arn:") ? name : `${kind}/${lastPart(cluster ?? "default")}/${name}`;

/** ECS over what the engine's provider made. Tasks end at once with exit code 0, since there are no containers to run. */
export const handlers: Handlers = {
  ...registration,

  DescribeClusters: action(
    "DescribeClusters",
    { clusters: z.array(z.string()).default(["default"]) },
    ({ clusters: [first] }) => (first === undefined || first.startsWith("arn:") ? first : `cluster/${first}`),
    ({ clusters }, { cloud, caller, region }) => {
      const asked = clusters.map((name) => ({
        arn: `arn:aws:ecs:${region}:${caller.account}:cluster/${lastPart(name)}`,
        found: clustersOf(cloud.store, caller.account).find((each) => each.name === lastPart(name)),
      }));
      return {
        clusters: asked.flatMap(({ found }) => {
          if (found === undefined) return [];
          const services = servicesOf(cloud.store, caller.account, found);
          const runningTasksCount = services.reduce((sum, { desiredCount }) => sum + desiredCount, 0);
          return [
            {
              clusterArn: found.arn,
              clusterName: found.name,
              status: "ACTIVE",
              activeServicesCount: services.length,
              runningTasksCount,
              pendingTasksCount: 0,
              registeredContainerInstancesCount: 0,
            },
          ];
        }),
        failures: asked
          .filter(({ found }) => found === undefined)
          .map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },
  ),

  ListClusters: action(
    "ListClusters",
    {},
    () => undefined,
    (_input, { cloud, caller }) => ({
      clusterArns: clustersOf(cloud.store, caller.account).map(({ arn }) => arn),
    }),
  ),

  ListServices: action(
    "ListServices",
    { cluster },
    () => undefined,
    (input, { cloud, caller }) => {
      const found = clusterOf(cloud.store, caller.account, input.cluster);
      return { serviceArns: servicesOf(cloud.store, caller.account, found).map(({ arn }) => arn) };
    },
  ),

  DescribeServices: action(
    "DescribeServices",
    { cluster, services: z.array(z.string()).min(1) },
    ({ services: [first = ""], ...input }) => inCluster("service", input, first),
    ({ services, ...input }, { cloud, caller, region }) => {
      const found = clusterOf(cloud.store, caller.account, input.cluster);
      const present = servicesOf(cloud.store, caller.account, found);
      const asked = services.map((name) => ({
        name,
        service: present.find((each) => each.name === lastPart(name)),
      }));
      return {
        services: asked.flatMap(({ service }) =>
          service === undefined ? [] : [serviceDetail(service, found)],
        ),
        failures: asked
          .filter(({ service }) => service === undefined)
          .map(({ name }) => ({
            arn: `arn:aws:ecs:${region}:${caller.account}:service/${found.name}/${lastPart(name)}`,
            reason: "MISSING",
          })),
      };
    },
  ),

  UpdateService: action(
    "UpdateService",
    { cluster, service: z.string(), desiredCount: z.number().int().min(0) },
    ({ service, ...input }) => inCluster("service", input, service),
    (input, { cloud, caller: { account } }) => {
      const { store } = cloud;
      const found = clusterOf(store, account, input.cluster);
      const service = servicesOf(store, account, found).find(({ name }) => name === lastPart(input.service));
      const stored = service === undefined ? undefined : store.get(account, serviceType, service.id);
      if (service === undefined || stored === undefined) {
        throw new AwsError("ServiceNotFoundException", "Service not found.");
      }
      const { desiredCount } = input;
      store.put({ ...stored, properties: { ...stored.properties, desiredCount } });
      return { service: serviceDetail({ ...service, desiredCount }, found) };
    },
  ),

  DescribeTaskDefinition: action(
    "DescribeTaskDefinition",
    { taskDefinition: z.string() },
    ({ taskDefinition }) =>
      taskDefinition.startsWith("arn:") ? taskDefinition : `task-definition/${taskDefinition}`,
    ({ taskDefinition }, { cloud, caller }) => {
      const { arn, containers, family, revision, ...rest } = definitionOf(
        cloud.store,
        caller.account,
        taskDefinition,
      );
      const { cpu, memory, networkMode, executionRoleArn, taskRoleArn, requiresCompatibilities } = rest;
      return {
        taskDefinition: {
          taskDefinitionArn: arn,
          family,
          revision,
          status: "ACTIVE",
          containerDefinitions: containers,
          ...{ cpu, memory, networkMode, executionRoleArn, taskRoleArn, requiresCompatibilities },
          compatibilities: ["EC2", "FARGATE"],
        },
      };
    },
  ),

  RunTask: action(
    "RunTask",
    runTaskMembers,
    ({ taskDefinition }) =>
      taskDefinition.startsWith("arn:") ? taskDefinition : `task-definition/${taskDefinition}`,
    (input, { cloud, caller, region }) => {
      const { account } = caller;
      const found = clusterOf(cloud.store, account, input.cluster);
      const definition = definitionOf(cloud.store, account, input.taskDefinition);
      return runTask({ cloud, account, region, cluster: found, definition }, input);
    },
    passedRoles,
  ),

  DescribeTasks: action(
    "DescribeTasks",
    { cluster, tasks: z.array(z.string()).min(1) },
    ({ tasks: [first = ""], ...input }) => inCluster("task", input, first),
    (input, { cloud, caller, region }) => {
      const found = clusterOf(cloud.store, caller.account, input.cluster);
      const present = tasksOf(cloud.store, caller.account, found);
      const asked = input.tasks.map((id) => ({
        arn: `arn:aws:ecs:${region}:${caller.account}:task/${found.name}/${lastPart(id)}`,
      }));
      return {
        tasks: asked.flatMap(({ arn }) => present.filter(({ taskArn }) => taskArn === arn).map(taskDetail)),
        failures: asked
          .filter(({ arn }) => !present.some(({ taskArn }) => taskArn === arn))
          .map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },
  ),

  ListTasks: action(
    "ListTasks",
    {
      cluster,
      family: z.string().optional(),
      startedBy: z.string().optional(),
      desiredStatus: z.enum(["RUNNING", "PENDING", "STOPPED"]).default("RUNNING"),
    },
    () => undefined,
    (input, { cloud, caller }) => {
      const found = clusterOf(cloud.store, caller.account, input.cluster);
      const tasks = tasksOf(cloud.store, caller.account, found).filter(
        ({ family, startedBy }) =>
          input.desiredStatus === "STOPPED" &&
          (input.family === undefined || input.family === family) &&
          (input.startedBy === undefined || input.startedBy === startedBy),
      );
      return { taskArns: tasks.map(({ taskArn }) => taskArn) };
    },
  ),
};
