import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { CloudFailure } from "../errors.ts";
import type { ActionContext } from "./action.ts";
import { handoffOf } from "./finding.ts";
import { type Pause, until } from "./poll.ts";

/** A one-off task pulls its image, starts, and works for a minute or two; half an hour is far beyond that. */
const patience = { everyMilliseconds: 5_000, attempts: 360 };

export interface OneOffTask {
  /** The component: name of its container and, after the prefix, of its task family. */
  readonly component: string;
  readonly taskDefinitionArn: string;
  readonly securityGroupId: string;
  readonly subnetIds: readonly string[];
  /** Public values only: whoever may describe tasks reads them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names what the task is about, so that a run that was cut off finds it instead of starting a second one. At most 128 characters. */
  readonly startedBy: string;
}

/**
 * Runs a task to its end.
 *
 * @throws CloudFailure if it did not start, did not end, or ended with another code than 0
 */
export async function runToEnd(context: ActionContext, task: OneOffTask, pause: Pause): Promise<void> {
  const { clusterName: cluster } = await handoffOf(context, "baseline-infrastructure");
  const { ecs } = context.aws("infrastructure");
  const family = `${context.model.names.prefix}-${task.component}`;
  const earlier = await earlierTask(ecs, cluster, family, task.startedBy);
  const arn = earlier ?? (await start(ecs, cluster, task));
  context.report(
    earlier === undefined
      ? `task ${task.component} is started`
      : `task ${task.component} of an earlier run is found`,
  );
  const stopped = await until(
    async () => (await describe(ecs, cluster, [arn])).find(({ lastStatus }) => lastStatus === "STOPPED"),
    pause,
    patience,
  );
  const container = stopped?.containers?.find(({ name }) => name === task.component);
  if (container?.exitCode === 0) return;
  const found =
    stopped === undefined
      ? "has not ended in half an hour"
      : `ended with ${container?.exitCode ?? "no exit code"} (${container?.reason ?? stopped.stoppedReason ?? "no reason given"})`;
  throw new CloudFailure({
    code: "task-failed",
    message: `Task ${task.component} (${arn}) ${found}.`,
    hint: `read log group ${context.model.names.logGroup(task.component)}, mend the cause and run the same command again`,
  });
}

/** A task of an earlier run that is still at work or has ended well. */
async function earlierTask(
  ecs: ECSClient,
  cluster: string,
  family: string,
  startedBy: string,
): Promise<string | undefined> {
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus }));
    const tasks = await describe(ecs, cluster, taskArns);
    const found = tasks.find(
      (task) =>
        task.startedBy === startedBy &&
        (task.lastStatus !== "STOPPED" || task.containers?.every(({ exitCode }) => exitCode === 0)),
    );
    if (found?.taskArn !== undefined) return found.taskArn;
  }
  return undefined;
}

async function start(ecs: ECSClient, cluster: string, task: OneOffTask): Promise<string> {
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: task.taskDefinitionArn,
      launchType: "FARGATE",
      startedBy: task.startedBy,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...task.subnetIds],
          securityGroups: [task.securityGroupId],
          assignPublicIp: "DISABLED",
        },
      },
      overrides: {
        containerOverrides: [
          {
            name: task.component,
            environment: Object.entries(task.environment).map(([name, value]) => ({ name, value })),
          },
        ],
      },
    }),
  );
  const arn = tasks?.[0]?.taskArn;
  if (arn !== undefined) return arn;
  throw new CloudFailure({
    code: "task-not-started",
    message: `ECS did not start task ${task.component}: ${failures?.map(({ reason }) => reason).join(", ") || "no reason given"}.`,
    hint: "mend the cause and run the same command again",
  });
}

async function describe(ecs: ECSClient, cluster: string, arns: readonly string[]): Promise<readonly Task[]> {
  if (arns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...arns] }));
  return tasks;
}
