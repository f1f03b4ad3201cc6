import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError, type StandInCloud } from "../request.ts";
import type { Store } from "../store.ts";
import type { Cluster } from "./ecs-clusters.ts";
import type { TaskDefinition } from "./ecs-definitions.ts";

const taskType = "ecs:task";

const overridesSchema = z.looseObject({
  containerOverrides: z.array(z.looseObject({ name: z.string() })).default([]),
});
const taskSchema = z.object({
  taskArn: z.string(),
  clusterArn: z.string(),
  taskDefinitionArn: z.string(),
  family: z.string(),
  launchType: z.string(),
  startedBy: z.string().optional(),
  /** What the task was given besides its definition: the evidence of a run without containers. */
  overrides: overridesSchema,
  containers: z.array(z.string()),
  createdAt: z.string(),
  /** The token of the call that started it, with a hash of what it asked for. */
  clientToken: z.object({ token: z.string(), input: z.string() }).optional(),
});

/** A task that has run, as far as the stand-in runs anything: it ended at once with exit code 0. */
export type Task = z.infer<typeof taskSchema>;

/** Members of RunTask. */
export const runTaskMembers = {
  cluster: z.string().optional(),
  taskDefinition: z.string(),
  count: z.number().int().min(1).max(10).default(1),
  launchType: z.string().default("EC2"),
  startedBy: z.string().optional(),
  clientToken: z.string().optional(),
  networkConfiguration: z.unknown().optional(),
  overrides: overridesSchema.default({ containerOverrides: [] }),
};

interface Place {
  readonly cloud: StandInCloud;
  readonly account: string;
  readonly region: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
}

export function tasksOf(store: Store, account: string, cluster: Cluster): Task[] {
  return store
    .list({ account, type: taskType })
    .map(({ properties }) => taskSchema.parse(properties))
    .filter(({ clusterArn }) => clusterArn === cluster.arn);
}

/** Starts tasks; with the same client token and the same input the tasks of the first call are answered, with another input the call is refused. */
export function runTask(
  { cloud, account, region, cluster, definition }: Place,
  asked: z.infer<z.ZodObject<typeof runTaskMembers>>,
) {
  const { store } = cloud;
  const { clientToken, overrides, launchType, startedBy } = asked;
  for (const { name } of overrides.containerOverrides) {
    if (definition.containers.some((container) => container.name === name)) continue;
    throw new AwsError(
      "InvalidParameterException",
      `Override for container named ${name} is not a container in the TaskDefinition.`,
    );
  }
  const inputHash = createHash("sha256").update(JSON.stringify(asked)).digest("hex");
  const earlier = tasksOf(store, account, cluster).filter(
    (task) => clientToken !== undefined && task.clientToken?.token === clientToken,
  );
  if (earlier.some((task) => task.clientToken?.input !== inputHash)) {
    throw new AwsError(
      "ConflictException",
      `The client token ${clientToken} was used with other parameters.`,
    );
  }
  const tasks =
    earlier.length > 0
      ? earlier
      : Array.from({ length: asked.count }, (): Task => {
          return {
            taskArn: `arn:aws:ecs:${region}:${account}:task/${cluster.name}/${randomUUID().replaceAll("-", "")}`,
            clusterArn: cluster.arn,
            taskDefinitionArn: definition.arn,
            family: definition.family,
            launchType,
            startedBy,
            overrides,
            containers: definition.containers.map(({ name }) => name),
            createdAt: cloud.now().toISOString(),
            clientToken: clientToken === undefined ? undefined : { token: clientToken, input: inputHash },
          };
        });
  store.transaction(() => {
    for (const task of tasks) {
      store.put({ account, type: taskType, id: task.taskArn, arn: task.taskArn, properties: task });
    }
  });
  return { tasks: tasks.map(startedDetail), failures: [] };
}

const common = (task: Task) => ({
  taskArn: task.taskArn,
  clusterArn: task.clusterArn,
  taskDefinitionArn: task.taskDefinitionArn,
  group: `family:${task.family}`,
  launchType: task.launchType,
  startedBy: task.startedBy,
  overrides: task.overrides,
  createdAt: new Date(task.createdAt),
});

/** As RunTask answers: the task has just been asked for. */
function startedDetail(task: Task): Record<string, unknown> {
  return {
    ...common(task),
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    containers: task.containers.map((name) => ({ name, taskArn: task.taskArn, lastStatus: "PENDING" })),
  };
}

/** As DescribeTasks answers from then on. */
export function taskDetail(task: Task): Record<string, unknown> {
  const ended = new Date(task.createdAt);
  return {
    ...common(task),
    lastStatus: "STOPPED",
    desiredStatus: "STOPPED",
    startedAt: ended,
    stoppedAt: ended,
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: task.containers.map((name) => ({
      name,
      taskArn: task.taskArn,
      lastStatus: "STOPPED",
      exitCode: 0,
    })),
  };
}
