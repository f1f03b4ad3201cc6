import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  jsonStringify,
  type Output,
} from "@pulumi/pulumi";
import type { Model } from "../isolation/model.ts";
import { entry } from "./lookup.ts";
import { allowOut, createSecurityGroup } from "./security-group.ts";

/** Where tasks run, as the baseline made it. */
export interface Placement {
  readonly vpcId: Input<string>;
  readonly endpointSecurityGroupId: Input<string>;
  readonly s3PrefixListId: Input<string>;
}

/** What a container runs as and with. */
export interface Workload {
  /** `<repository URL>@sha256:…`. */
  readonly image: Input<string>;
  /** Fargate CPU units; 1024 are one processor. */
  readonly cpu: number;
  readonly memoryMebibytes: number;
  /** Public settings. Nothing secret: whoever may describe a task reads these. */
  readonly environment: Readonly<Record<string, Input<string>>>;
  /** By variable: ARN of a secret, or `<ARN>:<JSON key>::` for one key of it. The agent reads them, not the container. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** Labels of the container; a changed one rolls the service. */
  readonly labels?: Readonly<Record<string, Input<string>>>;
  readonly ports?: readonly number[];
  /** Shell command whose success means healthy; absent: running is healthy. */
  readonly healthCommand?: string;
  /** Folder in memory for files that must not touch a disk. */
  readonly memoryFolder?: string;
}

export interface TaskArgs {
  readonly model: Model;
  readonly workload: Workload;
  readonly placement: Placement;
  /** Log group's full name. */
  readonly logGroup: Input<string>;
  /** `internet`: HTTPS to anywhere, through NAT; else AWS's endpoints alone. */
  readonly reach: "endpoints" | "internet";
}

/**
 * What ECS runs of one component: its task definition, with the roles that the model has for it, and the security group that its
 * tasks are in. The component's name is that of the container, of the task family and of the roles.
 */
export class Task extends ComponentResource {
  readonly taskDefinitionArn: Output<string>;
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: TaskArgs, options?: ComponentResourceOptions) {
    super("ivault:compute:Task", name, {}, options);
    this.securityGroupId = this.#createGroup(name, args);
    this.taskDefinitionArn = this.#createDefinition(name, args).arn;
    this.registerOutputs({});
  }

  #createGroup(name: string, { model, placement, reach }: TaskArgs): Output<string> {
    const { id } = createSecurityGroup(
      `${name}-task`,
      { name: `${model.names.prefix}-${name}-task`, description: `Tasks of ${name}`, vpcId: placement.vpcId },
      { parent: this },
    );
    if (reach === "internet") {
      const anywhere = { block: "0.0.0.0/0" };
      allowOut(`${name}-https`, id, anywhere, 443, "HTTPS, through NAT where it leaves the network", {
        parent: this,
      });
      return id;
    }
    const endpoints = { group: placement.endpointSecurityGroupId };
    allowOut(`${name}-endpoints`, id, endpoints, 443, "AWS services", { parent: this });
    const layers = { prefixList: placement.s3PrefixListId };
    allowOut(`${name}-layers`, id, layers, 443, "Image layers in S3", { parent: this });
    return id;
  }

  #createDefinition(name: string, { model, workload, logGroup }: TaskArgs): aws.ecs.TaskDefinition {
    return new aws.ecs.TaskDefinition(
      name,
      {
        family: `${model.names.prefix}-${name}`,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
        cpu: String(workload.cpu),
        memory: String(workload.memoryMebibytes),
        executionRoleArn: entry(model.roles, `${name}-execution`, "role").arn,
        taskRoleArn: entry(model.roles, `${name}-task`, "role").arn,
        containerDefinitions: jsonStringify([containerOf(name, workload, logGroup, model.region)]),
      },
      { parent: this },
    );
  }
}

/** The container in the form that ECS takes. Lists are in the order of their names, so that equal inputs give an equal text. */
function containerOf(name: string, workload: Workload, logGroup: Input<string>, region: string) {
  return {
    name,
    image: workload.image,
    essential: true,
    privileged: false,
    readonlyRootFilesystem: true,
    environment: pairs(workload.environment).map(([variable, value]) => ({ name: variable, value })),
    secrets: pairs(workload.secrets).map(([variable, valueFrom]) => ({ name: variable, valueFrom })),
    portMappings: (workload.ports ?? []).map((containerPort) => ({ containerPort, protocol: "tcp" })),
    ...(workload.labels === undefined ? {} : { dockerLabels: workload.labels }),
    ...(workload.healthCommand === undefined ? {} : { healthCheck: healthCheckOf(workload.healthCommand) }),
    linuxParameters: {
      initProcessEnabled: true,
      ...(workload.memoryFolder === undefined ? {} : { tmpfs: [memoryFolderOf(workload.memoryFolder)] }),
    },
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": logGroup, "awslogs-region": region, "awslogs-stream-prefix": name },
    },
  };
}

function pairs<T>(table: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(table).sort(([one], [other]) => (one < other ? -1 : 1));
}

function healthCheckOf(command: string) {
  return { command: ["CMD-SHELL", command], interval: 15, timeout: 5, retries: 3, startPeriod: 30 };
}

function memoryFolderOf(containerPath: string) {
  return { containerPath, size: 8, mountOptions: ["noexec", "nosuid", "nodev"] };
}
