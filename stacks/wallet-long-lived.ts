import type { Provider } from "@pulumi/aws";
import { jsonStringify } from "@pulumi/pulumi";
import { Bucket } from "../components/bucket.ts";
import { Certificate } from "../components/certificate.ts";
import { Database, databasePort } from "../components/database.ts";
import { entry } from "../components/lookup.ts";
import { connect } from "../components/security-group.ts";
import { Task } from "../components/task.ts";
import { Vault } from "../components/vault.ts";
import type { Model } from "../isolation/model.ts";
import type { StackContext, StackDefinition } from "./definition.ts";
import { imageOf } from "./images.ts";
import { unknownId } from "./placeholders.ts";
import { sizeOf } from "./sizes.ts";

const id = "wallet-long-lived";

/** One instance for the wallet's services, and one for each policy node, so that no node's data lie beside another's. */
const databaseNames = ["wallet", "policy-node0", "policy-node1", "policy-node2"] as const;

/** What outlives every version of the wallet: databases, certificate, backups, and the vaults of wallet and broker. */
export const walletLongLived: StackDefinition<typeof id> = {
  id,
  account: "infrastructure",
  title: "Databases, certificate, backups, keys and vaults of wallet and broker",
  needs: ["baseline-infrastructure"],
  longLived: true,
  placeholders,
  program,
};

function program(context: StackContext, provider: Provider) {
  const { deployment, model } = context;
  const baseline = context.outputsOf("baseline-infrastructure");
  const options = { provider };
  const vault = new Vault("vault", { model, stack: id }, options);
  const databases = createDatabases(context, entry(vault.keyArns, "databases", "key"), provider);
  const certificate = new Certificate(
    "certificate",
    { host: model.names.host, zoneId: baseline.zoneId },
    options,
  );
  const backups = new Bucket(
    "backups",
    { bucket: entry(model.buckets, "backups", "bucket"), keyArn: entry(vault.keyArns, "backups", "key") },
    options,
  );
  const { cpu, memoryMebibytes } = sizeOf(deployment, "database-init");
  const databaseInit = new Task(
    "database-init",
    {
      model,
      placement: baseline,
      reach: "endpoints",
      logGroup: entry(baseline.logGroupNames, "database-init", "log group"),
      workload: {
        image: imageOf(context, "database-init", options),
        cpu,
        memoryMebibytes,
        environment: { DATABASES: jsonStringify(mapValues(databases, ({ host, port }) => ({ host, port }))) },
        // The one use of the master passwords: each database's own, by a variable named after it.
        secrets: Object.fromEntries(
          Object.entries(databases).map(([name, { masterSecretArn }]) => [
            masterVariable(name),
            masterSecretArn,
          ]),
        ),
      },
    },
    options,
  );
  for (const [name, { securityGroupId }] of Object.entries(databases)) {
    connect(
      `database-init-${name}`,
      databaseInit.securityGroupId,
      securityGroupId,
      databasePort,
      `database-init to ${name}`,
      options,
    );
  }
  return {
    databases: mapValues(databases, ({ host, port, masterSecretArn, securityGroupId }) => ({
      host,
      port,
      masterSecretArn,
      securityGroupId,
    })),
    certificateArn: certificate.certificateArn,
    backupBucket: backups.bucketName,
    walletKeyArn: entry(vault.keyArns, "wallet", "key"),
    brokerKeyArn: entry(vault.keyArns, "broker", "key"),
    secretArns: vault.secretArns,
    databaseInit: {
      taskDefinitionArn: databaseInit.taskDefinitionArn,
      securityGroupId: databaseInit.securityGroupId,
    },
  };
}

function createDatabases(
  { deployment, model, outputsOf }: StackContext,
  keyArn: Vault["keyArns"][string],
  provider: Provider,
): Record<string, Database> {
  const { alarmTopicArn, isolatedSubnetIds, vpcId } = outputsOf("baseline-infrastructure");
  const { instanceClass, storageGigabytes } = deployment.sizes.database;
  return Object.fromEntries(
    databaseNames.map((name) => [
      name,
      new Database(
        name,
        {
          prefix: model.names.prefix,
          vpcId,
          subnetIds: isolatedSubnetIds,
          instanceClass,
          storageGigabytes,
          keyArn,
          production: deployment.profile === "production",
          alarmTopicArn,
        },
        { provider },
      ),
    ]),
  );
}

/** Variable in which the task `database-init` finds a database's master credentials, for instance `MASTER_POLICY_NODE0`. */
function masterVariable(database: string): string {
  return `MASTER_${database.toUpperCase().replaceAll("-", "_")}`;
}

function mapValues<T, U>(table: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value)]));
}

function placeholders({ names, region, accountIds, secrets }: Model) {
  const account = accountIds.infrastructure;
  const secretArn = (name: string) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${unknownId("suffix")}`;
  const keyArn = (name: string) => `arn:aws:kms:${region}:${account}:key/${unknownId(name)}`;
  const ours = Object.entries(secrets).filter(([, { stack }]) => stack === id);
  return {
    databases: Object.fromEntries(
      databaseNames.map((name) => [
        name,
        {
          host: `${unknownId(`${name}-database`)}.${region}.rds.amazonaws.com`,
          port: databasePort,
          masterSecretArn: secretArn(`rds!db-${name}`),
          securityGroupId: unknownId(`${name}-database-security-group`),
        },
      ]),
    ),
    certificateArn: `arn:aws:acm:${region}:${account}:certificate/${unknownId("certificate")}`,
    backupBucket: names.bucket("infrastructure", "backups"),
    walletKeyArn: keyArn("wallet"),
    brokerKeyArn: keyArn("broker"),
    secretArns: Object.fromEntries(ours.map(([key, { name }]) => [key, secretArn(name)])),
    databaseInit: {
      taskDefinitionArn: `arn:aws:ecs:${region}:${account}:task-definition/${names.prefix}-database-init:${unknownId("revision")}`,
      securityGroupId: unknownId("database-init-security-group"),
    },
  };
}
