import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeServicesCommand, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { CloudFailure } from "../errors.ts";
import type { Action, ActionContext } from "./action.ts";
import { done, entryOf, handoffOf, ready } from "./finding.ts";
import { type Pause, until } from "./poll.ts";

/** The first start makes the master key with all three nodes, which takes minutes. */
const patience = { everyMilliseconds: 10_000, attempts: 120 };

export type Health = "healthy" | "not established";

/** Sets the wallet's desired count, which nothing else does, and waits until its tasks run and it answers. */
export function start(pause: Pause): Action {
  return {
    async inspect(context) {
      const { wallet } = await servicesOf(context);
      if (!runsAs(wallet, desiredCount(context)))
        return ready(`the wallet runs ${wallet.runningCount ?? 0} of ${desiredCount(context)} tasks`);
      return done(context, await summary(context));
    },
    async perform(context) {
      const desired = desiredCount(context);
      const { wallet, cluster, name } = await servicesOf(context);
      const { ecs } = context.aws("infrastructure");
      if (wallet.desiredCount !== desired) {
        context.report(`the wallet's desired count is set to ${desired}`);
        await ecs.send(new UpdateServiceCommand({ cluster, service: name, desiredCount: desired }));
      }
      const look = async () => (runsAs((await servicesOf(context)).wallet, desired) ? true : undefined);
      if (!(await until(look, pause, patience)))
        throw notRunning(context, `has not reached ${desired} running tasks`);
      if (context.cloud.real && !context.options.withoutHealth) {
        const healthy = async () => ((await walletHealth(context)) === "healthy" ? true : undefined);
        if (!(await until(healthy, pause, patience)))
          throw notRunning(context, `runs, but ${context.model.names.url}/health does not answer 200`);
      }
      return done(context, await summary(context), { update: 1 });
    },
  };
}

function notRunning(context: ActionContext, found: string): CloudFailure {
  const groups = ["orchestrator", "nitro-enclaves/instance0", "wallet"].map((name) =>
    context.model.names.logGroup(name),
  );
  return new CloudFailure({
    code: "wallet-not-started",
    message: `The wallet ${found}.`,
    hint: `read the log groups ${groups.join(", ")} in this order; running again resumes`,
  });
}

/**
 * Whether the wallet answers `/health` with 200 through its public name. On a stand-in there is nothing that could answer, and from
 * outside an internal network nothing arrives: then health is not established, which is no statement about the wallet.
 */
export async function walletHealth(context: ActionContext): Promise<Health> {
  if (!context.cloud.real) return "not established";
  try {
    const answer = await context.cloud.http(`${context.model.names.url}/health`, {
      signal: AbortSignal.timeout(10_000),
    });
    await answer.body?.cancel();
    return answer.status === 200 ? "healthy" : "not established";
  } catch {
    // No connection, no certificate, no answer in time: all of them mean that health was not seen.
    return "not established";
  }
}

function desiredCount(context: ActionContext): number {
  return context.inputs.deployment.sizes.services.wallet?.count ?? 1;
}

function runsAs(service: Service, count: number): boolean {
  return service.desiredCount === count && service.runningCount === count;
}

async function servicesOf(context: ActionContext): Promise<{
  readonly cluster: string;
  readonly name: string;
  readonly wallet: Service;
  readonly all: readonly Service[];
}> {
  const { clusterName: cluster } = await handoffOf(context, "baseline-infrastructure");
  const { serviceNames } = await handoffOf(context, "wallet");
  const name = entryOf(serviceNames, "wallet", "service");
  const { ecs } = context.aws("infrastructure");
  const { services: all = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: Object.values(serviceNames) }),
  );
  const wallet = all.find(({ serviceName }) => serviceName === name);
  if (wallet !== undefined) return { cluster, name, wallet, all };
  throw new CloudFailure({
    code: "service-missing",
    message: `Cluster ${cluster} has no service ${name}, although stack wallet made one.`,
    hint: "run the step wallet again; it finds what is missing",
  });
}

/** What runs, for people: services with their counts, hosts of the nodes, and the wallet's health. */
async function summary(context: ActionContext): Promise<string> {
  const { all } = await servicesOf(context);
  const services = all.map(
    ({ serviceName, runningCount, desiredCount: desired }) => `${serviceName} ${runningCount}/${desired}`,
  );
  const hosts = await runningHosts(context);
  const health = await walletHealth(context);
  return `${services.join(", ")}; ${hosts} node hosts running; health ${health}${health === "healthy" ? "" : healthReason(context)}`;
}

function healthReason(context: ActionContext): string {
  return context.cloud.real ? " from this machine" : " (no wallet runs in a rehearsal)";
}

async function runningHosts(context: ActionContext): Promise<number> {
  const { groupNames } = await handoffOf(context, "nitro-nodes");
  const { Reservations: reservations = [] } = await context.aws("infrastructure").ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: "tag:aws:autoscaling:groupName", Values: Object.values(groupNames) },
        { Name: "instance-state-name", Values: ["running"] },
      ],
    }),
  );
  return reservations.flatMap(({ Instances: instances = [] }) => instances).length;
}
