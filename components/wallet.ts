import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import { LoadBalancer, type LoadBalancerArgs } from "./load-balancer.ts";
import { connect } from "./security-group.ts";
import { Service, type ServiceArgs } from "./service.ts";

/** Port on which the wallet speaks TLS to the load balancer. */
export const walletPort = 8443;

export interface WalletArgs extends Omit<ServiceArgs, "count" | "target" | "reach"> {
  readonly door: Omit<LoadBalancerArgs, "targetPort">;
  /** Route 53 zone of the deployment, and the wallet's host in it. */
  readonly zoneId: Input<string>;
  readonly host: string;
}

/** The wallet: its service, stopped until the step `start`, behind the load balancer under its final name. */
export class Wallet extends ComponentResource {
  readonly loadBalancerDnsName: Output<string>;
  /** As CloudWatch names load balancer and target group. */
  readonly dimensions: LoadBalancer["dimensions"];
  readonly serviceName: Output<string>;
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: WalletArgs, options?: ComponentResourceOptions) {
    super("ivault:wallet:Wallet", name, {}, options);
    const door = new LoadBalancer(`${name}-door`, { ...args.door, targetPort: walletPort }, { parent: this });
    const target = { groupArn: door.targetGroupArn, port: walletPort, listener: door.listener };
    const service = new Service(
      name,
      { ...args, count: "startedLater", target, reach: "internet" },
      { parent: this },
    );
    connect(
      `${name}-targets`,
      door.securityGroupId,
      service.securityGroupId,
      walletPort,
      "Load balancer to wallet",
      {
        parent: this,
      },
    );
    this.#createRecord(name, args, door);
    this.#createAlarms(name, args, door);
    this.loadBalancerDnsName = door.dnsName;
    this.dimensions = door.dimensions;
    this.serviceName = service.serviceName;
    this.securityGroupId = service.securityGroupId;
    this.registerOutputs({});
  }

  #createRecord(name: string, { zoneId, host }: WalletArgs, door: LoadBalancer): void {
    new aws.route53.Record(
      name,
      {
        zoneId,
        name: host,
        type: "A",
        aliases: [{ name: door.dnsName, zoneId: door.zoneId, evaluateTargetHealth: true }],
      },
      { parent: this },
    );
  }

  #createAlarms(name: string, { model, alarmTopicArn }: WalletArgs, door: LoadBalancer): void {
    const common = {
      namespace: "AWS/ApplicationELB",
      dimensions: door.dimensions,
      when: "above",
      topicArn: alarmTopicArn,
    } as const;
    createAlarm(
      `${name}-unhealthy`,
      {
        ...common,
        name: `${model.names.prefix}-${name}-unhealthy`,
        description: "A task of the wallet answers /health with something else than 200",
        metric: "UnHealthyHostCount",
        statistic: "Maximum",
        threshold: 0,
      },
      { parent: this },
    );
    createAlarm(
      `${name}-errors`,
      {
        ...common,
        name: `${model.names.prefix}-${name}-errors`,
        description: "The wallet answers with server errors",
        metric: "HTTPCode_Target_5XX_Count",
        statistic: "Sum",
        threshold: 5,
      },
      { parent: this },
    );
  }
}
