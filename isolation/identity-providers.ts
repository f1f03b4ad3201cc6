import { canonicalPolicy } from "./canonical-policy.ts";
import type { ListedPrincipal, Party, World } from "./world.ts";

/** What follows an OpenID Connect provider's kind in its ARN: its address, the same in every account that trusts it. */
const providerArn = /^arn:aws[a-z-]*:iam::\d+:oidc-provider\/(.+)$/;

interface WrittenStatement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
}

/**
 * Whoever runs an identity provider can sign in as every role that trusts it. Trust that the plan has is somebody's declared pipeline;
 * for all other trust the provider itself is a party.
 *
 * @param principals as they are deployed
 */
export function identityProviders(planned: World, principals: readonly ListedPrincipal[]): Party[] {
  const roles = new Map<string, string[]>();
  for (const { arn, trust } of principals) {
    const known = planned.principals.find((one) => one.arn === arn);
    for (const address of undeclared(known?.trust, trust)) {
      roles.set(address, [...(roles.get(address) ?? []), arn]);
    }
  }
  return [...roles].map(([address, arns]) => ({
    id: `identity-provider:${address}`,
    principals: [...new Set(arns)],
    accounts: [],
    holds: [],
  }));
}

/** Addresses of the providers that a deployed trust policy admits by statements that the planned one does not have. */
function undeclared(planned: ListedPrincipal["trust"], deployed: ListedPrincipal["trust"]): string[] {
  const text = (statement: WrittenStatement) => canonicalPolicy({ Statement: [statement] });
  const declared = new Set(statementsOf(planned).map(text));
  return statementsOf(deployed)
    .filter((statement) => statement.Effect === "Allow" && !declared.has(text(statement)))
    .flatMap(({ Principal: principal }) => {
      const { Federated: federated = [] } = (
        typeof principal === "object" && principal !== null ? principal : {}
      ) as { Federated?: string | readonly string[] };
      return [federated].flat().flatMap((arn) => providerArn.exec(arn)?.[1] ?? []);
    });
}

function statementsOf(document: ListedPrincipal["trust"]): readonly WrittenStatement[] {
  return [document?.Statement ?? []].flat() as readonly WrittenStatement[];
}
