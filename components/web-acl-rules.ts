import type { types } from "@pulumi/aws";

/** Rule groups that AWS keeps current: common attacks, requests known to be malicious, addresses of bad reputation. */
const managedGroups = [
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesAmazonIpReputationList",
] as const;

/** Requests that one address may make within five minutes before it is refused for a while. */
const requestsPerAddress = 2000;

/** The load balancer's firewall: a limit per address, then AWS's managed groups. */
export function webAclRules(prefix: string): types.input.wafv2.WebAclRule[] {
  const seen = (name: string) => ({
    metricName: `${prefix}-${name}`,
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  });
  return [
    {
      name: "requests-per-address",
      priority: 0,
      action: { block: {} },
      statement: { rateBasedStatement: { limit: requestsPerAddress, aggregateKeyType: "IP" } },
      visibilityConfig: seen("requests-per-address"),
    },
    ...managedGroups.map((name, index) => ({
      name,
      priority: index + 1,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
      visibilityConfig: seen(name),
    })),
  ];
}
