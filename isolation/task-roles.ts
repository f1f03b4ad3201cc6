import { bucketArn, databaseArn, secretArn } from "./arns.ts";
import type { ModelRole } from "./model.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import { decryptThrough, pullImage, registryLogin, writeLogs } from "./pull-statements.ts";
import type { Scope } from "./scope.ts";
import { trustsTasks } from "./trust.ts";
import { workloadSecrets, workloadsOf } from "./wallet-vault.ts";

/** Where the bootstrap task finds bootstrap.yaml in the artefact bucket. */
export const bootstrapPrefix = "bootstrap/";

/** Names of the databases, as in their instances' identifiers after the prefix. */
const databases = ["wallet", "policy-node0", "policy-node1", "policy-node2"] as const;

/**
 * The databases' managed master secrets. RDS chooses their names, but tags each with its instance, which nobody else can do since
 * tags that begin with `aws:` are AWS's own (RDS user guide, "Password management with AWS Secrets Manager").
 */
function readMasterSecrets(scope: Scope): Statement {
  return {
    Sid: "ReadMasterSecrets",
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: `arn:aws:secretsmanager:${scope.region}:${scope.id("infrastructure")}:secret:rds!db-*`,
    Condition: {
      StringEquals: {
        "aws:ResourceTag/aws:rds:primaryDBInstanceArn": databases.map((database) =>
          databaseArn(scope, database),
        ),
      },
    },
  };
}

/** What ECS does on behalf of a workload before it runs: pull its image, fetch exactly its secrets, write its log group. */
function executionPolicy(scope: Scope, workload: string): PolicyDocument {
  const secrets = workloadSecrets(workload, scope.services);
  const statements: Statement[] = [registryLogin, pullImage(scope, workload), writeLogs(scope, workload)];
  if (workload === "database-init") {
    statements.push(
      readMasterSecrets(scope),
      decryptThrough(scope, "infrastructure", ["databases"], "secretsmanager"),
    );
  }
  if (secrets.length > 0) {
    const keys = [...new Set(secrets.map((secret) => secret.key))];
    statements.push(
      {
        Sid: "ReadSecrets",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: secrets.map((secret) => secretArn(scope, "infrastructure", secret.name)),
      },
      decryptThrough(scope, "infrastructure", keys, "secretsmanager"),
    );
  }
  return policy(...statements);
}

/** What the container itself may do: nothing, but for the bootstrap task, which fetches the file that it applies. */
function taskPolicies(scope: Scope, workload: string): ModelRole["identity"] {
  if (workload !== "bootstrap") return [];
  const artefacts = scope.names.bucket("infrastructure", "artefacts");
  const document = policy(
    {
      Sid: "ReadBootstrap",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${bucketArn(artefacts)}/${bootstrapPrefix}*`,
    },
    decryptThrough(scope, "infrastructure", ["artefacts"], "s3"),
  );
  return [{ name: "task", document }];
}

/** Two roles for each ECS workload, by their names without the prefix. */
export function taskRoles(scope: Scope): Record<string, ModelRole> {
  const trust = trustsTasks(scope);
  const common = { account: "infrastructure", stack: "baseline-infrastructure", trust } as const;
  return Object.fromEntries(
    workloadsOf(scope.services).flatMap((workload): [string, ModelRole][] => {
      const execution = `${workload}-execution`;
      const task = `${workload}-task`;
      return [
        [
          execution,
          {
            ...common,
            ...scope.names.role("infrastructure", execution),
            description: `Starts ${workload}: image, secrets, logs`,
            identity: [{ name: "execution", document: executionPolicy(scope, workload) }],
          },
        ],
        [
          task,
          {
            ...common,
            ...scope.names.role("infrastructure", task),
            description: `What ${workload} itself may do`,
            identity: taskPolicies(scope, workload),
          },
        ],
      ];
    }),
  );
}
