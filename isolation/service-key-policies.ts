import type { AccountKey } from "../spec/deployment.ts";
import { trailArn, viaService } from "./arns.ts";
import { keyAdmin, rolesThroughAccount, root } from "./key-statements.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import type { Scope } from "./scope.ts";
import { walletVault } from "./wallet-vault.ts";

/** The deploy role administers the keys that guard no shard; it has no plaintext call but through the service that a key is for. */
function administered(scope: Scope, account: AccountKey, ...uses: readonly Statement[]): PolicyDocument {
  return policy(...uses, keyAdmin(scope.names.deployRole(account).arn), root(scope, account));
}

/** The deploy role writes and reads what a service keeps under the key. */
function deployUses(scope: Scope, services: readonly ("secretsmanager" | "s3" | "rds")[]): Statement {
  return {
    Sid: "DeployThroughServices",
    Effect: "Allow",
    Principal: { AWS: scope.names.deployRole("infrastructure").arn },
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { StringEquals: { "kms:ViaService": services.map((service) => viaService(scope, service)) } },
  };
}

/** Roles of the wallet account read what a service keeps under the key; their identity policies have to say so too. */
function rolesRead(scope: Scope, roleArns: readonly string[], service: "secretsmanager" | "s3"): Statement {
  const readers = rolesThroughAccount(scope.id("infrastructure"), roleArns);
  return {
    Sid: "RolesRead",
    Effect: "Allow",
    Principal: readers.Principal,
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: { ...readers.condition, StringEquals: { "kms:ViaService": viaService(scope, service) } },
  };
}

const execution = (scope: Scope, workload: string) =>
  scope.names.role("infrastructure", `${workload}-execution`).arn;

/** Policy of the key of the wallet's or the broker's vault. */
export function walletVaultKeyPolicy(scope: Scope, key: "wallet" | "broker"): PolicyDocument {
  const workloads = new Set(
    walletVault(scope.services).flatMap((secret) => (secret.key === key ? secret.readers : [])),
  );
  const readers = [...workloads].map((workload) => execution(scope, workload));
  return administered(
    scope,
    "infrastructure",
    deployUses(scope, ["secretsmanager"]),
    rolesRead(scope, readers, "secretsmanager"),
  );
}

/**
 * Policy of the databases' key, for their storage and for their managed master secrets. RDS works through grants, so this key,
 * unlike every key of a shard, admits them, for AWS's own services alone (RDS user guide, "AWS KMS key management").
 */
export function databaseKeyPolicy(scope: Scope): PolicyDocument {
  return administered(
    scope,
    "infrastructure",
    deployUses(scope, ["rds", "secretsmanager"]),
    {
      Sid: "DatabasesGrant",
      Effect: "Allow",
      Principal: { AWS: scope.names.deployRole("infrastructure").arn },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: {
        StringEquals: { "kms:ViaService": viaService(scope, "rds") },
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
    rolesRead(scope, [execution(scope, "database-init")], "secretsmanager"),
  );
}

/** Policy of the backups' key: the deploy role alone, through S3. */
export function backupKeyPolicy(scope: Scope): PolicyDocument {
  return administered(scope, "infrastructure", deployUses(scope, ["s3"]));
}

/** Policy of the artefacts' key: the deploy role writes, hosts and the bootstrap task read, all through S3. */
export function artefactKeyPolicy(scope: Scope): PolicyDocument {
  const { names } = scope;
  const readers = [
    names.nodeRole(0).arn,
    names.nodeRole(1).arn,
    names.nodeRole(2).arn,
    names.role("infrastructure", "bootstrap-task").arn,
  ];
  return administered(scope, "infrastructure", deployUses(scope, ["s3"]), rolesRead(scope, readers, "s3"));
}

/** Policy of the log groups' key: CloudWatch Logs, for this deployment's groups alone (CloudWatch Logs user guide). */
export function logKeyPolicy(scope: Scope): PolicyDocument {
  const groups = `arn:aws:logs:${scope.region}:${scope.id("infrastructure")}:log-group:${scope.names.logGroup("*")}`;
  return administered(scope, "infrastructure", {
    Sid: "LogsEncrypt",
    Effect: "Allow",
    Principal: { Service: `logs.${scope.region}.amazonaws.com` },
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": groups } },
  });
}

/** Policy of an account's key for its trail and its alarm topic. */
export function trailKeyPolicy(scope: Scope, account: AccountKey): PolicyDocument {
  return administered(
    scope,
    account,
    {
      Sid: "TrailEncrypts",
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: ["kms:DescribeKey", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:SourceArn": trailArn(scope, account) } },
    },
    {
      Sid: "AlarmsEncrypt",
      Effect: "Allow",
      Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": scope.id(account) } },
    },
  );
}
