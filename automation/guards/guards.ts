import { namesOf } from "../../isolation/names.ts";
import { type AccountKey, accountIdOf, accountKeys, type Deployment } from "../../spec/deployment.ts";
import { Refusal } from "../errors.ts";
import { accountsOf } from "../steps/role-accounts.ts";
import type { Role } from "../steps/steps.ts";

/**
 * What is refused before anything is changed, decided from facts that others have gathered (`run-guards.ts` for a run as a whole,
 * `stack-run.ts` for one stack, `node-secrets.ts` for a sealed password). Each answers undefined where there is nothing to refuse.
 */
type Verdict = Refusal | undefined;

/** Who AWS says credentials belong to (`GetCallerIdentity`). */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
}

/** In production one process never works in two shard accounts: whoever could use both would be the single party. */
export function severalShardAccounts(deployment: Deployment, real: boolean, roles: readonly Role[]): Verdict {
  const accounts = accountsOf(roles.filter((role) => role !== "auditor"));
  if (!real || deployment.profile !== "production" || accounts.length < 2) return undefined;
  return new Refusal({
    code: "two-shard-accounts",
    message: `The chosen roles work in ${accounts.length} shard accounts (${accounts.map((account) => accountIdOf(deployment, account)).join(", ")}) at once.`,
    hint: "run once for each admin, with --as and that account's credentials alone",
  });
}

/** Where the credentials for an account come from, for people. */
export function sourceOf(deployment: Deployment, account: AccountKey): string {
  const { profile } = deployment.accounts[account];
  return profile === undefined ? "the AWS SDK's default chain" : `profile ${profile}`;
}

/** Credentials have to be those of the account that they are used for, and nobody's root user. */
export function foreignCaller(
  deployment: Deployment,
  account: AccountKey,
  { accountId, arn }: Caller,
): Verdict {
  const source = sourceOf(deployment, account);
  const expected = accountIdOf(deployment, account);
  const remedy = `use credentials of account ${expected}, or correct accounts.${account}.profile in deployment.yaml`;
  if (accountId !== expected) {
    const { organization } = deployment.accounts[account];
    if (organization?.managementAccount === accountId) {
      return new Refusal({
        code: "management-account",
        message: `${source} belongs to account ${accountId}, the management account of organization ${organization.id}; ${account} of deployment.yaml is ${expected}. Whoever signs in to a management account reaches all of its member accounts.`,
        hint: `${remedy}; nothing is ever deployed from a management account`,
      });
    }
    const other = accountKeys.find((key) => accountIdOf(deployment, key) === accountId);
    const belongs = other === undefined ? "" : `, which is ${other} of deployment.yaml`;
    return new Refusal({
      code: "wrong-account",
      message: `${source} belongs to account ${accountId}${belongs}; ${account} of deployment.yaml is ${expected}.`,
      hint: remedy,
    });
  }
  if (!arn.endsWith(":root")) return undefined;
  return new Refusal({
    code: "root-user",
    message: `${source} is the root user of account ${accountId}.`,
    hint: "sign in as a role or user; the root user is never used",
  });
}

/** A process that could sign in to another shard account as well is the single party, even if it does not mean to. */
export function credentialsOfOthers(
  deployment: Deployment,
  own: readonly AccountKey[],
  reachable: readonly { readonly account: AccountKey; readonly accountId: string }[],
): Verdict {
  const ids = new Set(accountKeys.map((key) => accountIdOf(deployment, key)));
  for (const key of own) ids.delete(accountIdOf(deployment, key));
  const found = reachable.filter(({ accountId }) => ids.has(accountId));
  if (found.length === 0) return undefined;
  const list = found.map(
    ({ account, accountId }) => `${sourceOf(deployment, account)} (account ${accountId})`,
  );
  return new Refusal({
    code: "two-shard-accounts",
    message: `Besides the credentials of ${own.map((key) => accountIdOf(deployment, key)).join(", ")}, this machine holds those of another shard account: ${list.join(", ")}.`,
    hint: "each admin runs on a machine of their own; sign out of the other account or take its profile out of the AWS configuration files",
  });
}

/** The variables that the engine and its plugins read before everything that they are told otherwise. */
export function contradictingVariables(
  { region, accounts }: Deployment,
  own: readonly AccountKey[],
  variables: Readonly<Record<string, string | undefined>>,
): Verdict {
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const value = variables[name];
    if (value === undefined || value === "" || value === region) continue;
    return new Refusal({
      code: "wrong-region",
      message: `The environment variable ${name} is ${value}; region in deployment.yaml is ${region}.`,
      hint: `unset ${name}, or set it to ${region}`,
    });
  }
  const profile = own.map((account) => accounts[account].profile).find((one) => one !== undefined);
  if (profile === undefined || !variables.AWS_ACCESS_KEY_ID) return undefined;
  return new Refusal({
    code: "two-credentials",
    message: `The environment holds credentials (AWS_ACCESS_KEY_ID), and deployment.yaml names profile ${profile}; the engine would use the former, this program the latter.`,
    hint: "unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or leave the profile out of deployment.yaml",
  });
}

/** What is known of the file with the customer's secrets. */
export interface SecretsFile {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Git keeps it, or would with the next commit. */
  readonly tracked: boolean;
}

export function exposedSecrets({ path, mode, tracked }: SecretsFile): Verdict {
  if (tracked) {
    return new Refusal({
      code: "secrets-tracked",
      message: `${path} is tracked by git: whoever has the repository has the customer's secrets.`,
      hint: `\`git rm --cached ${path}\`, name it in .gitignore, and have every secret in it replaced if the repository was ever shared`,
    });
  }
  if ((mode & 0o077) === 0) return undefined;
  return new Refusal({
    code: "secrets-readable",
    message: `${path} has permissions ${(mode & 0o777).toString(8).padStart(3, "0")}: other users of this machine can read or change the customer's secrets.`,
    hint: `\`chmod 600 ${path}\``,
  });
}

/** What the engine's state says of an installation that this folder has deployed before. */
export interface Deployed {
  readonly stack: string;
  readonly environment: string;
  readonly url?: string;
  readonly region?: string;
}

/**
 * Environment, URL and Region are frozen: keys, sealed passwords and certificates carry them, the identity provider calls the URL back,
 * and the vendor warns that events are missed after a change.
 */
export function changedIdentity(deployment: Deployment, deployed: Deployed): Verdict {
  const { environment, region } = deployment;
  const { url } = namesOf(deployment);
  const where = `Stack ${deployed.environment}.${deployed.stack} stands`;
  if (deployed.environment !== environment) {
    return new Refusal({
      code: "environment-frozen",
      message: `${where}, made from this folder; deployment.yaml now says environment ${environment}.`,
      hint: `put environment ${deployed.environment} back; another environment is deployed from a folder of its own`,
    });
  }
  if (deployed.url !== undefined && deployed.url !== url) {
    return new Refusal({
      code: "url-frozen",
      message: `${where} under ${deployed.url}; deployment.yaml now gives ${url}.`,
      hint: "put dns.parentZone back; the URL never changes after the first start",
    });
  }
  if (deployed.region === undefined || deployed.region === region) return undefined;
  return new Refusal({
    code: "region-frozen",
    message: `${where} in Region ${deployed.region}; deployment.yaml now says ${region}.`,
    hint: `put region ${deployed.region} back; keys and databases do not move`,
  });
}

/** Deletes and replacements of what holds keys, data or evidence: nobody can agree to them through this program. */
export function lostLongLived(stack: string, resources: readonly string[]): Verdict {
  if (resources.length === 0) return undefined;
  return new Refusal({
    code: "long-lived-resource",
    message: `Stack ${stack} is not updated: it would delete or replace what has to outlive every change:\n  ${resources.join("\n  ")}`,
    hint: "find out which input changed and put it back; `ivault decommission` says what taking a vault out of service needs",
  });
}

/** A sealed password is written once, under a version that follows from the node; any other version is somebody else's. */
export function replacedPassword(secret: string, current: string, ours: string): Verdict {
  if (current === ours) return undefined;
  return new Refusal({
    code: "sealed-password-replaced",
    message: `The current version of ${secret} is ${current}; the password that this program sealed is version ${ours}. A sealed password is never written twice: with another one the node's database cannot be read.`,
    hint: "find in the trail who wrote it; the account's admin moves AWSCURRENT back to the sealed version. Nothing is overwritten here",
  });
}
