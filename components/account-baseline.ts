import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { trailName } from "../isolation/arns.ts";
import type { Model } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import type { AccountKey } from "../spec/deployment.ts";
import { type AlarmRule, alarmRuleState, alarmRules } from "./alarm-rules.ts";
import { Bucket } from "./bucket.ts";
import { createKey } from "./key.ts";
import { entry } from "./lookup.ts";
import { createRoles } from "./role.ts";

export interface AccountBaselineArgs {
  readonly model: Model;
  /** The baseline stack, whose roles of the model are made. */
  readonly stack: string;
  readonly account: AccountKey;
  /** Where the account's alarms go; the address has to confirm the subscription once. */
  readonly alarmEmail: string;
}

/**
 * What every account has before anything else: its roles with all their policies, a trail of everything that is done in it, and
 * alarms on the calls that could open a key.
 */
export class AccountBaseline extends ComponentResource {
  /** By the role's key in the model. */
  readonly roleArns: Readonly<Record<string, Output<string>>>;
  /** Of the hosts' roles, by node number; empty in an account that runs no host. */
  readonly instanceProfileNames: Readonly<Record<string, Output<string>>>;
  readonly trailArn: Output<string>;
  readonly alarmTopicArn: Output<string>;

  constructor(name: string, args: AccountBaselineArgs, options?: ComponentResourceOptions) {
    super("ivault:account:AccountBaseline", name, {}, options);
    const roles = createRoles(args.model, args.stack, { parent: this });
    const key = createKey(entry(args.model.keys, `trail-${args.account}`, "key"), args.model.names.prefix, {
      parent: this,
    });
    const topic = this.#createTopic(args, key.arn);
    for (const rule of alarmRules(args.model.names.prefix)) this.#createRule(rule, args, topic);
    this.instanceProfileNames = this.#createInstanceProfiles(args, roles);
    this.roleArns = Object.fromEntries(Object.entries(roles).map(([role, { arn }]) => [role, arn]));
    this.trailArn = this.#createTrail(args, key.arn).arn;
    this.alarmTopicArn = topic.arn;
    this.registerOutputs({});
  }

  #createInstanceProfiles(
    { model }: AccountBaselineArgs,
    roles: Readonly<Record<string, aws.iam.Role>>,
  ): Record<string, Output<string>> {
    const names: Record<string, Output<string>> = {};
    for (const { node, roleName } of Object.values(model.nodes)) {
      const role = roles[`nitroRole${node}`];
      if (role === undefined) continue;
      const profile = new aws.iam.InstanceProfile(
        `nitroRole${node}`,
        { name: roleName, role: role.name },
        { parent: this },
      );
      names[node] = profile.name;
    }
    return names;
  }

  #createTrail({ model, account }: AccountBaselineArgs, keyArn: Output<string>): aws.cloudtrail.Trail {
    const bucket = new Bucket(
      `trail-${account}`,
      { bucket: entry(model.buckets, `trail-${account}`, "bucket"), keyArn },
      { parent: this },
    );
    return new aws.cloudtrail.Trail(
      "trail",
      {
        name: trailName(model),
        s3BucketName: bucket.bucketName,
        kmsKeyId: keyArn,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
      },
      { parent: this, dependsOn: [bucket.policy] },
    );
  }

  #createTopic({ model, account, alarmEmail }: AccountBaselineArgs, keyArn: Output<string>): aws.sns.Topic {
    const { logicalName, name, policy } = entry(model.topics, `alarms-${account}`, "topic");
    const topic = new aws.sns.Topic(
      logicalName,
      { name, kmsMasterKeyId: keyArn, policy: policyText(policy) },
      { parent: this },
    );
    new aws.sns.TopicSubscription(
      `${logicalName}-email`,
      { topic: topic.arn, protocol: "email", endpoint: alarmEmail },
      { parent: this },
    );
    return topic;
  }

  #createRule(rule: AlarmRule, { model }: AccountBaselineArgs, topic: aws.sns.Topic): void {
    const created = new aws.cloudwatch.EventRule(
      rule.name,
      {
        name: `${model.names.prefix}-${rule.name}`,
        description: rule.description,
        eventPattern: JSON.stringify(rule.pattern),
        state: alarmRuleState,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      rule.name,
      { rule: created.name, targetId: "alarms", arn: topic.arn },
      { parent: this },
    );
  }
}
