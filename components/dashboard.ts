import { type Input, jsonStringify, type Output } from "@pulumi/pulumi";

export interface DashboardSources {
  readonly region: string;
  readonly clusterName: Input<string>;
  readonly serviceNames: readonly string[];
  /** Identifiers of the database instances. */
  readonly databases: readonly string[];
  /** Names of the hosts' Auto Scaling groups. */
  readonly nodeGroups: readonly string[];
  /** Load balancer and target group as CloudWatch names them. */
  readonly loadBalancer: Input<string>;
  readonly targetGroup: Input<string>;
}

type Metric = readonly Input<string>[];

/** Body of the one dashboard: is the wallet reachable, are its services and databases at ease, are all three hosts there. */
export function dashboardBody(sources: DashboardSources): Output<string> {
  const { clusterName, databases, loadBalancer, nodeGroups, serviceNames, targetGroup } = sources;
  const service = (metric: string) =>
    serviceNames.map((name): Metric => ["AWS/ECS", metric, "ClusterName", clusterName, "ServiceName", name]);
  const database = (metric: string) =>
    databases.map((name): Metric => ["AWS/RDS", metric, "DBInstanceIdentifier", name]);
  const door = (metric: string): Metric => [
    "AWS/ApplicationELB",
    metric,
    "LoadBalancer",
    loadBalancer,
    "TargetGroup",
    targetGroup,
  ];
  const hosts = nodeGroups.map(
    (name): Metric => ["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", name],
  );
  const charts: readonly [title: string, metrics: readonly Metric[]][] = [
    [
      "Wallet: healthy tasks and server errors",
      [door("HealthyHostCount"), door("HTTPCode_Target_5XX_Count")],
    ],
    ["Hosts of the policy nodes", hosts],
    ["Services: processors", service("CPUUtilization")],
    ["Services: memory", service("MemoryUtilization")],
    ["Databases: processors", database("CPUUtilization")],
    ["Databases: free storage", database("FreeStorageSpace")],
  ];
  return jsonStringify({
    widgets: charts.map(([title, metrics], index) => ({
      type: "metric",
      x: (index % 2) * 12,
      y: Math.floor(index / 2) * 6,
      width: 12,
      height: 6,
      properties: { title, metrics, region: sources.region, period: 60, stat: "Average" },
    })),
  });
}
