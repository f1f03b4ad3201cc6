import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import { longLived } from "./long-lived.ts";
import { createSecurityGroup } from "./security-group.ts";

/** PostgreSQL's port. */
export const databasePort = 5432;

const majorVersion = "17";

export interface DatabaseArgs {
  /** `<namespace>-<environment>`; with the component's name it is the instance's identifier. */
  readonly prefix: string;
  readonly vpcId: Input<string>;
  /** Subnets without a route to the internet, in two zones at least. */
  readonly subnetIds: Input<string[]>;
  /** For instance `db.m7g.large`. */
  readonly instanceClass: string;
  readonly storageGigabytes: number;
  /** ARN of the key for storage and for the managed master secret. */
  readonly keyArn: Input<string>;
  /** Production: a standby in another zone, and deletion refused by the service. */
  readonly production: boolean;
  readonly alarmTopicArn: Input<string>;
}

/**
 * One private PostgreSQL instance that accepts TLS connections alone. Its master password is made, kept and changed by AWS; only the
 * task that creates databases and roles ever uses it.
 */
export class Database extends ComponentResource {
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly masterSecretArn: Output<string>;
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: DatabaseArgs, options?: ComponentResourceOptions) {
    super("ivault:database:Database", name, {}, options);
    const physicalName = `${args.prefix}-${name}`;
    const group = createSecurityGroup(
      `${name}-database`,
      { name: `${physicalName}-database`, description: `PostgreSQL of ${name}`, vpcId: args.vpcId },
      { parent: this },
    );
    const instance = this.#createInstance(name, physicalName, args, group.id);
    this.#createAlarms(name, physicalName, args);
    this.host = instance.address;
    this.port = instance.port;
    this.masterSecretArn = masterSecretArn(instance);
    this.securityGroupId = group.id;
    this.registerOutputs({});
  }

  #createInstance(
    name: string,
    physicalName: string,
    args: DatabaseArgs,
    securityGroupId: Output<string>,
  ): aws.rds.Instance {
    const subnets = new aws.rds.SubnetGroup(
      name,
      { name: physicalName, description: `Isolated subnets for ${name}`, subnetIds: args.subnetIds },
      { parent: this },
    );
    const parameters = new aws.rds.ParameterGroup(
      name,
      {
        name: `${physicalName}-postgres${majorVersion}`,
        description: `TLS forced, connections logged, for ${name}`,
        family: `postgres${majorVersion}`,
        parameters: [
          { name: "rds.force_ssl", value: "1" },
          { name: "password_encryption", value: "scram-sha-256" },
          { name: "log_connections", value: "1" },
          { name: "log_disconnections", value: "1" },
        ],
      },
      { parent: this },
    );
    return new aws.rds.Instance(
      name,
      {
        identifier: physicalName,
        engine: "postgres",
        engineVersion: majorVersion,
        instanceClass: args.instanceClass,
        allocatedStorage: args.storageGigabytes,
        storageType: "gp3",
        storageEncrypted: true,
        kmsKeyId: args.keyArn,
        username: "vault_master",
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: args.keyArn,
        dbSubnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        vpcSecurityGroupIds: [securityGroupId],
        publiclyAccessible: false,
        port: databasePort,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        multiAz: args.production,
        deletionProtection: true,
        backupRetentionPeriod: 35,
        deleteAutomatedBackups: false,
        copyTagsToSnapshot: true,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: `${physicalName}-final`,
        autoMinorVersionUpgrade: true,
        enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      },
      { parent: this, ...longLived },
    );
  }

  #createAlarms(name: string, physicalName: string, args: DatabaseArgs): void {
    const common = {
      namespace: "AWS/RDS",
      dimensions: { DBInstanceIdentifier: physicalName },
      statistic: "Average",
      topicArn: args.alarmTopicArn,
    } as const;
    createAlarm(
      `${name}-storage-low`,
      {
        ...common,
        name: `${physicalName}-storage-low`,
        description: `Less than a tenth of the storage of database ${name} is free`,
        metric: "FreeStorageSpace",
        when: "below",
        threshold: (args.storageGigabytes * 1024 ** 3) / 10,
      },
      { parent: this },
    );
    createAlarm(
      `${name}-processor-busy`,
      {
        ...common,
        name: `${physicalName}-processor-busy`,
        description: `Database ${name} has been using over 90 % of its processors`,
        metric: "CPUUtilization",
        when: "above",
        threshold: 90,
      },
      { parent: this },
    );
  }
}

function masterSecretArn(instance: aws.rds.Instance): Output<string> {
  return instance.masterUserSecrets.apply(([secret]) => {
    if (secret === undefined) throw new Error("AWS reported no managed master secret for the database.");
    return secret.secretArn;
  });
}
