import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";

export interface EgressArgs {
  readonly vpcId: Input<string>;
  /** `<namespace>-<environment>`. */
  readonly prefix: string;
  readonly region: string;
  /** The zone of the names inside the network. */
  readonly privateZone: string;
  /** Domains outside AWS whose names may be resolved, with everything below them. */
  readonly allowedDomains: readonly string[];
}

/**
 * What the network may reach by name: its own names, AWS in its own Region, and the domains that the deployment lists. Every other name
 * does not exist here. Other Regions of AWS are left out on purpose: through them one could write to anybody's bucket, past the policies
 * of our endpoints.
 */
export class Egress extends ComponentResource {
  constructor(name: string, args: EgressArgs, options?: ComponentResourceOptions) {
    super("ivault:network:Egress", name, {}, options);
    const rules = this.#createRules(name, args);
    this.#bind(name, args, rules);
    this.registerOutputs({});
  }

  #createRules(name: string, args: EgressArgs): aws.route53.ResolverFirewallRuleGroup {
    const parent = { parent: this };
    const rules = new aws.route53.ResolverFirewallRuleGroup(name, { name: `${args.prefix}-${name}` }, parent);
    const lists = [
      { list: "allowed", domains: namesAllowed(args), action: "ALLOW" },
      { list: "others", domains: ["*"], action: "BLOCK" },
    ] as const;
    for (const [index, { list, domains, action }] of lists.entries()) {
      const listed = new aws.route53.ResolverFirewallDomainList(
        `${name}-${list}`,
        { name: `${args.prefix}-${name}-${list}`, domains: [...domains] },
        parent,
      );
      new aws.route53.ResolverFirewallRule(
        `${name}-${list}`,
        {
          name: `${args.prefix}-${name}-${list}`,
          action,
          firewallDomainListId: listed.id,
          firewallRuleGroupId: rules.id,
          priority: 100 * (index + 1),
          ...(action === "BLOCK"
            ? { blockResponse: "NXDOMAIN" }
            : // Whoever owns an allowed name decides which server answers for it, a content network's for instance.
              { firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN" }),
        },
        parent,
      );
    }
    return rules;
  }

  #bind(name: string, args: EgressArgs, rules: aws.route53.ResolverFirewallRuleGroup): void {
    new aws.route53.ResolverFirewallRuleGroupAssociation(
      name,
      {
        name: `${args.prefix}-${name}`,
        vpcId: args.vpcId,
        firewallRuleGroupId: rules.id,
        // AWS keeps 100 and below, and 9900 and above, for itself.
        priority: 101,
      },
      { parent: this },
    );
    // When the firewall does not answer, neither does the resolver: closed is the safe side.
    new aws.route53.ResolverFirewallConfig(
      name,
      { resourceId: args.vpcId, firewallFailOpen: "DISABLED" },
      { parent: this },
    );
  }
}

function namesAllowed({ region, privateZone, allowedDomains }: EgressArgs): readonly string[] {
  const inside = [
    privateZone,
    // Hosts' own names: EC2 knows them by Region everywhere but in us-east-1.
    region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`,
    `${region}.amazonaws.com`,
    `${region}.rds.amazonaws.com`,
  ];
  return [...inside, ...allowedDomains].flatMap((domain) => [domain, `*.${domain}`]);
}
