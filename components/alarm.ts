import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";

export interface AlarmArgs {
  /** Name in CloudWatch. */
  readonly name: string;
  /** What it means when it fires, for whoever gets the message. */
  readonly description: string;
  /** CloudWatch namespace, for instance `AWS/RDS`. */
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, Input<string>>>;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  /** Fires while the metric is `above` or `below` the threshold. */
  readonly when: "above" | "below";
  readonly threshold: number;
  /** Seconds of a period and how many of them in a row; absent: five times 60 seconds. */
  readonly period?: { readonly seconds: number; readonly count: number };
  /** What silence means; absent: nothing. `breaching` for what must always report. */
  readonly silence?: "breaching" | "notBreaching";
  readonly topicArn: Input<string>;
}

/** An alarm that tells the account's alarm topic when it fires and when it ends. */
export function createAlarm(name: string, args: AlarmArgs, options: CustomResourceOptions): void {
  const { seconds, count } = args.period ?? { seconds: 60, count: 5 };
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: args.name,
      alarmDescription: args.description,
      namespace: args.namespace,
      metricName: args.metric,
      dimensions: args.dimensions,
      statistic: args.statistic,
      period: seconds,
      evaluationPeriods: count,
      threshold: args.threshold,
      comparisonOperator: args.when === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
      treatMissingData: args.silence ?? "notBreaching",
      alarmActions: [args.topicArn],
      okActions: [args.topicArn],
    },
    options,
  );
}
