import type { AccountKey } from "../spec/deployment.ts";
import type { Scope } from "./scope.ts";

/** The account id inside an ARN. */
export function accountOfArn(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** The account itself as a principal: everything in it that its own identity policies let through. */
export function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** Every key of an account; only together with a condition that says which. */
export function anyKeyArn(scope: Scope, account: AccountKey): string {
  return `arn:aws:kms:${scope.region}:${scope.id(account)}:key/*`;
}

const notYetMade = "not-yet-made-";

/** Stands for the ARN of a key that AWS has not chosen an id for; no key has such an id. */
export function notYetMadeKeyArn(region: string, accountId: string, key: string): string {
  return `arn:aws:kms:${region}:${accountId}:key/${notYetMade}${key}`;
}

/** Whether this stands for a key that AWS has not chosen an id for. */
export function isNotYetMadeKey(arn: string): boolean {
  return arn.includes(`:key/${notYetMade}`);
}

/** Alias of a key by its name in `Model.keys`, as KMS and `kms:ResourceAliases` write it. */
export function keyAlias(scope: Scope, key: string): string {
  return `alias/${scope.names.prefix}-${key}`;
}

export function aliasArn(scope: Scope, account: AccountKey, key: string): string {
  return `arn:aws:kms:${scope.region}:${scope.id(account)}:${keyAlias(scope, key)}`;
}

/** A secret by its name in `Model.secrets`; Secrets Manager appends a hyphen and six characters of its own choice. */
export function secretArn(scope: Scope, account: AccountKey, secret: string): string {
  return `arn:aws:secretsmanager:${scope.region}:${scope.id(account)}:secret:${scope.names.secret(secret)}-??????`;
}

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

export function repositoryArn(scope: Scope, component: string): string {
  return `arn:aws:ecr:${scope.region}:${scope.id("infrastructure")}:repository/${scope.names.repository(component)}`;
}

/** A log group with its streams. */
export function logGroupArn(scope: Scope, group: string): string {
  return `arn:aws:logs:${scope.region}:${scope.id("infrastructure")}:log-group:${scope.names.logGroup(group)}:*`;
}

/** A database instance by its name: `wallet`, `policy-node0` and so on. */
export function databaseArn(scope: Scope, database: string): string {
  return `arn:aws:rds:${scope.region}:${scope.id("infrastructure")}:db:${scope.names.prefix}-${database}`;
}

export function trailName(scope: Pick<Scope, "names">): string {
  return `${scope.names.prefix}-trail`;
}

/** The account's trail. Its bucket's and its key's policies admit CloudTrail for this trail alone. */
export function trailArn(scope: Scope, account: AccountKey): string {
  return `arn:aws:cloudtrail:${scope.region}:${scope.id(account)}:trail/${trailName(scope)}`;
}

export function topicArn(scope: Scope, account: AccountKey): string {
  return `arn:aws:sns:${scope.region}:${scope.id(account)}:${scope.names.prefix}-alarms`;
}

/** A service's name as `kms:ViaService` carries it. */
export function viaService(scope: Scope, service: "secretsmanager" | "s3" | "rds" | "sns"): string {
  return `${service}.${scope.region}.amazonaws.com`;
}
