import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { Model } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import { createKey } from "./key.ts";
import { entry } from "./lookup.ts";

/** Days that logs are kept. */
const retentionInDays = 365;

export interface PlatformArgs {
  readonly model: Model;
  /** Names of the log groups without namespace and environment. */
  readonly logGroups: readonly string[];
}

/** Where containers come from, run and log: repositories, cluster, and encrypted log groups. */
export class Platform extends ComponentResource {
  readonly clusterArn: Output<string>;
  readonly clusterName: Output<string>;
  /** By component. */
  readonly repositoryUrls: Readonly<Record<string, Output<string>>>;
  readonly logKeyArn: Output<string>;
  /** Full names by the name without namespace and environment. */
  readonly logGroupNames: Readonly<Record<string, Output<string>>>;

  constructor(name: string, args: PlatformArgs, options?: ComponentResourceOptions) {
    super("ivault:compute:Platform", name, {}, options);
    const cluster = this.#createCluster(args);
    this.clusterArn = cluster.arn;
    this.clusterName = cluster.name;
    this.repositoryUrls = this.#createRepositories(args);
    this.logKeyArn = createKey(entry(args.model.keys, "logs", "key"), args.model.names.prefix, {
      parent: this,
    }).arn;
    this.logGroupNames = this.#createLogGroups(args);
    this.registerOutputs({});
  }

  #createCluster({ model }: PlatformArgs): aws.ecs.Cluster {
    return new aws.ecs.Cluster(
      "cluster",
      { name: model.names.prefix, settings: [{ name: "containerInsights", value: "enabled" }] },
      { parent: this },
    );
  }

  #createRepositories({ model }: PlatformArgs): Record<string, Output<string>> {
    const urls: Record<string, Output<string>> = {};
    for (const { component, name, policy } of Object.values(model.repositories)) {
      const repository = new aws.ecr.Repository(
        `repository-${component}`,
        { name, imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
        { parent: this },
      );
      if (policy !== null) {
        new aws.ecr.RepositoryPolicy(
          `repository-${component}`,
          { repository: repository.name, policy: policyText(policy) },
          { parent: this },
        );
      }
      urls[component] = repository.repositoryUrl;
    }
    return urls;
  }

  #createLogGroups({ model, logGroups }: PlatformArgs): Record<string, Output<string>> {
    return Object.fromEntries(
      logGroups.map((group) => {
        const created = new aws.cloudwatch.LogGroup(
          `logs-${group.replaceAll("/", "-")}`,
          { name: model.names.logGroup(group), kmsKeyId: this.logKeyArn, retentionInDays },
          { parent: this },
        );
        return [group, created.name];
      }),
    );
  }
}
