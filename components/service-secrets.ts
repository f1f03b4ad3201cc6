import { type Input, interpolate } from "@pulumi/pulumi";
import { workloadSecrets } from "../isolation/wallet-vault.ts";
import { entry } from "./lookup.ts";

/** The three parts of a certificate's secret, under the variables that a container finds them in. */
export function tlsVariables(secretArn: Input<string>): Record<string, Input<string>> {
  return {
    TLS_CERTIFICATE: interpolate`${secretArn}:CERTIFICATE::`,
    TLS_PRIVATE_KEY: interpolate`${secretArn}:PRIVATE_KEY::`,
    TLS_AUTHORITY: interpolate`${secretArn}:AUTHORITY::`,
  };
}

/**
 * References to exactly the secrets that the model gives to a workload, by variable: `wallet.db-info` is `DB_INFO` of the wallet,
 * `ubiquity_auth_token` is `UBIQUITY_AUTH_TOKEN`; a certificate's secret becomes three variables.
 *
 * @param services the wallet and the optional services
 * @param arns by the secret's name in the model
 */
export function secretVariables(
  workload: string,
  services: readonly string[],
  arns: Readonly<Record<string, Input<string>>>,
): Record<string, Input<string>> {
  const variables: Record<string, Input<string>> = {};
  for (const { name } of workloadSecrets(workload, services)) {
    const arn = entry(arns, name, "secret");
    const own = name.startsWith(`${workload}.`) ? name.slice(workload.length + 1) : name;
    if (own === "tls") Object.assign(variables, tlsVariables(arn));
    else variables[own.toUpperCase().replace(/[^A-Z0-9]/g, "_")] = arn;
  }
  return variables;
}
