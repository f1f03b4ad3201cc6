import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import { Task, type TaskArgs } from "./task.ts";

export interface ServiceArgs extends TaskArgs {
  readonly cluster: { readonly arn: Input<string>; readonly name: Input<string> };
  /** Subnets of the tasks, one a zone. */
  readonly subnetIds: Input<string[]>;
  /** Tasks at once. `startedLater`: none at creation; a step starts the service, and no later change of the stack stops it again. */
  readonly count: number | "startedLater";
  /** Never two versions at once: the old task stops before the new one starts. */
  readonly singleton?: boolean;
  /** Target group that the load balancer sends requests to, and the container's port for them. */
  readonly target?: { readonly groupArn: Input<string>; readonly port: number; readonly listener: Resource };
  /** ARN of the discovery service under whose private name the tasks are found. */
  readonly registryArn?: Input<string>;
  readonly alarmTopicArn: Input<string>;
}

/** A component that ECS keeps running on Fargate, in private subnets, without a shell to log into. */
export class Service extends ComponentResource {
  readonly serviceName: Output<string>;
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: ServiceArgs, options?: ComponentResourceOptions) {
    super("ivault:compute:Service", name, {}, options);
    const task = new Task(name, args, { parent: this });
    this.securityGroupId = task.securityGroupId;
    this.serviceName = this.#createService(name, args, task).name;
    this.#createAlarm(name, args);
    this.registerOutputs({});
  }

  #createService(name: string, args: ServiceArgs, task: Task): aws.ecs.Service {
    const { target, registryArn } = args;
    const startedLater = args.count === "startedLater";
    return new aws.ecs.Service(
      name,
      {
        name,
        cluster: args.cluster.arn,
        taskDefinition: task.taskDefinitionArn,
        launchType: "FARGATE",
        platformVersion: "LATEST",
        desiredCount: args.count === "startedLater" ? 0 : args.count,
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [task.securityGroupId],
          assignPublicIp: false,
        },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        deploymentMinimumHealthyPercent: args.singleton ? 0 : 100,
        deploymentMaximumPercent: args.singleton ? 100 : 200,
        enableExecuteCommand: false,
        propagateTags: "SERVICE",
        ...(target === undefined
          ? {}
          : {
              loadBalancers: [
                { targetGroupArn: target.groupArn, containerName: name, containerPort: target.port },
              ],
              healthCheckGracePeriodSeconds: 120,
            }),
        ...(registryArn === undefined ? {} : { serviceRegistries: { registryArn } }),
        waitForSteadyState: !startedLater,
      },
      {
        parent: this,
        // ECS accepts a target group only once a listener forwards to it.
        dependsOn: target === undefined ? [] : [target.listener],
        // The step `start` sets it; a change of the stack must never stop a running wallet.
        ignoreChanges: startedLater ? ["desiredCount"] : [],
      },
    );
  }

  #createAlarm(name: string, { model, cluster, alarmTopicArn }: ServiceArgs): void {
    createAlarm(
      `${name}-memory-full`,
      {
        name: `${model.names.prefix}-${name}-memory-full`,
        description: `Tasks of ${name} use over 90 % of their memory`,
        namespace: "AWS/ECS",
        metric: "MemoryUtilization",
        dimensions: { ClusterName: cluster.name, ServiceName: name },
        statistic: "Maximum",
        when: "above",
        threshold: 90,
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );
  }
}
