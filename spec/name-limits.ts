import type { Deployment } from "./deployment.ts";
import type { Finding } from "./yaml-file.ts";

/** A kind of name that is made from the deployment's, with the longest that is made of it. */
export interface NameLimit {
  readonly what: string;
  /** Characters that the service takes. */
  readonly limit: number;
  readonly longest: (names: NameParts) => string;
}

export interface NameParts {
  readonly environment: string;
  readonly namespace: string;
  readonly parentZone: string;
}

const prefixed =
  (rest: string) =>
  ({ namespace, environment }: NameParts) =>
    `${namespace}-${environment}-${rest}`;

/**
 * The names with the least room, each by its longest form (a test compares with the names that are really made). Limits: user guides of
 * IAM (roles), S3 (buckets), RDS (instances), EventBridge (rules), ACM (a certificate's first domain name), DNS (RFC 1035). Load balancer
 * and target group (32) are cut and made unique by a hash where they do not fit, so they limit nothing.
 */
export const nameLimits: readonly NameLimit[] = [
  { what: "IAM role", limit: 64, longest: prefixed("approval-service-execution") },
  { what: "S3 bucket", limit: 63, longest: prefixed("access-logs-000000000000") },
  { what: "EventBridge rule", limit: 64, longest: prefixed("unattested-decrypt") },
  { what: "RDS instance", limit: 63, longest: prefixed("policy-node0") },
  {
    what: "certificate's domain name",
    limit: 64,
    longest: ({ environment, parentZone }) => `wallet.${environment}.${parentZone}`,
  },
];

/** Names that would be too long; told at the longest of the parts, with how much is too much. */
export function nameFindings(deployment: Deployment): Finding[] {
  const { environment, namespace, dns } = deployment;
  const parts = { environment, namespace, parentZone: dns.parentZone };
  return nameLimits.flatMap(({ what, limit, longest }) => {
    const name = longest(parts);
    const excess = name.length - limit;
    if (excess <= 0) return [];
    const [path] = [
      { path: ["environment"], text: environment },
      name.startsWith(namespace)
        ? { path: ["namespace"], text: namespace }
        : { path: ["dns", "parentZone"], text: dns.parentZone },
    ].toSorted((a, b) => b.text.length - a.text.length);
    return [
      {
        path: path?.path ?? ["environment"],
        message: `the ${what} ${name} would have ${name.length} characters, ${excess} too many; accepted: ${limit}`,
        hint: `shorten it by ${excess}; neither environment nor namespace can be changed after the first start`,
      },
    ];
  });
}

/** What AWS takes as the beginning of none of its names. */
export function prefixFindings({ namespace }: Deployment): Finding[] {
  const refused: Readonly<Record<string, string>> = {
    internal: "a load balancer's name may not begin with internal-",
    sg: "a security group's name may not begin with sg-",
  };
  const first = namespace.split("-")[0] ?? "";
  const reason = refused[first];
  return reason === undefined
    ? []
    : [
        {
          path: ["namespace"],
          message: `found ${namespace}; accepted: a namespace that does not begin with ${first}, since ${reason}`,
        },
      ];
}
