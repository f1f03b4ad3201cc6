import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { boundedName } from "./names.ts";
import { allowIn, createSecurityGroup } from "./security-group.ts";
import { webAclRules } from "./web-acl-rules.ts";

export interface LoadBalancerArgs {
  /** `<namespace>-<environment>`. */
  readonly prefix: string;
  readonly vpcId: Input<string>;
  /** Public subnets with exposure public, private ones with exposure internal. */
  readonly subnetIds: Input<string[]>;
  /** Public: open to everybody on port 443; internal: to the network's own block alone. */
  readonly exposure: "public" | "internal";
  /** The network's IPv4 block. */
  readonly networkBlock: string;
  readonly certificateArn: Input<string>;
  readonly accessLogBucket: string;
  /** Refuse deletion in the service. */
  readonly deletionProtection: boolean;
  /** Port of the targets, which speak TLS too. */
  readonly targetPort: number;
}

/** The only door from outside: HTTPS with a current TLS policy and a web application firewall, TLS again to the targets behind it. */
export class LoadBalancer extends ComponentResource {
  readonly dnsName: Output<string>;
  readonly zoneId: Output<string>;
  readonly targetGroupArn: Output<string>;
  /** As CloudWatch names them. */
  readonly dimensions: { readonly LoadBalancer: Output<string>; readonly TargetGroup: Output<string> };
  readonly securityGroupId: Output<string>;
  readonly listener: aws.lb.Listener;

  constructor(name: string, args: LoadBalancerArgs, options?: ComponentResourceOptions) {
    super("ivault:network:LoadBalancer", name, {}, options);
    this.securityGroupId = this.#createGroup(name, args);
    const balancer = this.#createBalancer(name, args);
    const targets = this.#createTargets(name, args);
    this.listener = this.#createListener(name, args, balancer, targets);
    this.#createFirewall(name, args, balancer);
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.targetGroupArn = targets.arn;
    this.dimensions = { LoadBalancer: balancer.arnSuffix, TargetGroup: targets.arnSuffix };
    this.registerOutputs({});
  }

  #createGroup(name: string, { prefix, vpcId, exposure, networkBlock }: LoadBalancerArgs): Output<string> {
    const { id } = createSecurityGroup(
      name,
      { name: `${prefix}-${name}`, description: "Load balancer of the wallet", vpcId },
      { parent: this },
    );
    const block = exposure === "public" ? "0.0.0.0/0" : networkBlock;
    allowIn(`${name}-https`, id, { block }, 443, "HTTPS", { parent: this });
    return id;
  }

  #createBalancer(name: string, args: LoadBalancerArgs): aws.lb.LoadBalancer {
    return new aws.lb.LoadBalancer(
      name,
      {
        name: boundedName(`${args.prefix}-wallet`, 32),
        loadBalancerType: "application",
        internal: args.exposure === "internal",
        subnets: args.subnetIds,
        securityGroups: [this.securityGroupId],
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "strictest",
        enableDeletionProtection: args.deletionProtection,
        accessLogs: { bucket: args.accessLogBucket, enabled: true },
      },
      { parent: this },
    );
  }

  #createTargets(name: string, { prefix, vpcId, targetPort }: LoadBalancerArgs): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      name,
      {
        name: boundedName(`${prefix}-wallet`, 32),
        targetType: "ip",
        protocol: "HTTPS",
        port: targetPort,
        vpcId,
        deregistrationDelay: 30,
        healthCheck: {
          protocol: "HTTPS",
          path: "/health",
          matcher: "200",
          interval: 15,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      { parent: this },
    );
  }

  #createListener(
    name: string,
    { certificateArn }: LoadBalancerArgs,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
  ): aws.lb.Listener {
    return new aws.lb.Listener(
      name,
      {
        loadBalancerArn: balancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        certificateArn,
        defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
      },
      { parent: this },
    );
  }

  #createFirewall(name: string, { prefix }: LoadBalancerArgs, balancer: aws.lb.LoadBalancer): void {
    const acl = new aws.wafv2.WebAcl(
      name,
      {
        name: `${prefix}-wallet`,
        description: "What the wallet never needs to see",
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        rules: webAclRules(prefix),
        visibilityConfig: {
          metricName: `${prefix}-wallet`,
          cloudwatchMetricsEnabled: true,
          sampledRequestsEnabled: true,
        },
      },
      { parent: this },
    );
    new aws.wafv2.WebAclAssociation(
      name,
      { resourceArn: balancer.arn, webAclArn: acl.arn },
      { parent: this },
    );
  }
}
