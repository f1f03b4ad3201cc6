import { randomUUID } from "node:crypto";
import { AwsError } from "../../request.ts";
import {
  actions,
  arn,
  capitals,
  derived,
  find,
  type Place,
  type Properties,
  type ResourceTypes,
  records,
  strings,
  words,
} from "../resource-type.ts";
import { requireKey } from "./identity.ts";
import { suffix } from "./keys-and-secrets.ts";
import { subnetReference } from "./network.ts";

const secretType = "aws:secretsmanager/secret:Secret";

export const databaseTypes: ResourceTypes = {
  "aws:rds/subnetGroup:SubnetGroup": {
    service: "rds",
    label: "RDS DB Subnet Group",
    actions: actions(
      "CreateDBSubnetGroup",
      "DescribeDBSubnetGroups",
      "ModifyDBSubnetGroup",
      "DeleteDBSubnetGroup",
    ),
    required: ["subnetIds"],
    optional: words("name description"),
    replaceOn: ["name"],
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "DBSubnetGroupAlreadyExists" },
    computed: ({ name, subnetIds }, place) => ({
      arn: arn("rds", place, `subgrp:${name}`),
      description: "Managed by Pulumi",
      supportedNetworkTypes: ["IPV4"],
      vpcId: find(place, subnetReference.type, strings(subnetIds)[0])?.properties.vpcId ?? "",
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
    validate: ({ subnetIds }, place) => {
      const zones = strings(subnetIds).map((id) => {
        const subnet = find(place, subnetReference.type, id);
        if (subnet === undefined)
          throw new AwsError("InvalidSubnet", `Some input subnets in :[${id}] are invalid.`);
        return subnet.properties.availabilityZone;
      });
      if (new Set(zones).size >= 2) return;
      throw new AwsError(
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${zones.join(", ")}. Add subnets to cover at least 2 AZs.`,
      );
    },
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    service: "rds",
    label: "RDS DB Parameter Group",
    actions: actions(
      "CreateDBParameterGroup",
      "DescribeDBParameterGroups",
      "ModifyDBParameterGroup",
      "DeleteDBParameterGroup",
    ),
    required: ["family"],
    optional: words("name description parameters skipDestroy"),
    replaceOn: words("name family description"),
    taggable: true,
    autoName: "name",
    unique: { by: ["name"], code: "DBParameterGroupAlreadyExists" },
    computed: ({ name }, place) => ({
      arn: arn("rds", place, `pg:${name}`),
      description: "Managed by Pulumi",
      skipDestroy: false,
    }),
    id: ({ name }) => `${name}`,
    arn: "arn",
  },
  "aws:rds/instance:Instance": {
    service: "rds",
    label: "RDS DB Instance",
    actions: actions("CreateDBInstance", "DescribeDBInstances", "ModifyDBInstance", "DeleteDBInstance"),
    required: ["instanceClass"],
    optional: words(
      "identifier engine engineVersion allocatedStorage maxAllocatedStorage storageType storageEncrypted kmsKeyId username manageMasterUserPassword masterUserSecretKmsKeyId dbName dbSubnetGroupName parameterGroupName vpcSecurityGroupIds publiclyAccessible port multiAz availabilityZone deletionProtection deleteAutomatedBackups backupRetentionPeriod backupWindow maintenanceWindow copyTagsToSnapshot skipFinalSnapshot finalSnapshotIdentifier autoMinorVersionUpgrade allowMajorVersionUpgrade caCertIdentifier enabledCloudwatchLogsExports performanceInsightsEnabled performanceInsightsKmsKeyId iamDatabaseAuthenticationEnabled applyImmediately",
    ),
    replaceOn: words("identifier engine username kmsKeyId storageEncrypted dbName dbSubnetGroupName"),
    taggable: true,
    autoName: "identifier",
    unique: { by: ["identifier"], code: "DBInstanceAlreadyExists" },
    references: {
      dbSubnetGroupName: { type: "aws:rds/subnetGroup:SubnetGroup", code: "DBSubnetGroupNotFoundFault" },
      parameterGroupName: { type: "aws:rds/parameterGroup:ParameterGroup", code: "DBParameterGroupNotFound" },
    },
    computed: (inputs, place) => {
      const { identifier, port, engineVersion, manageMasterUserPassword, masterUserSecretKmsKeyId } = inputs;
      const address = `${identifier}.c${derived(11, place.caller.account, place.region)}.${place.region}.rds.amazonaws.com`;
      const secretArn = arn("secretsmanager", place, `secret:rds!db-${randomUUID()}-${suffix()}`);
      const managed = { secretArn, secretStatus: "active", kmsKeyId: masterUserSecretKmsKeyId ?? "" };
      return {
        arn: arn("rds", place, `db:${identifier}`),
        resourceId: `db-${capitals(26)}`,
        address,
        endpoint: `${address}:${port ?? 5432}`,
        port: 5432,
        status: "available",
        hostedZoneId: "Z2R2ITUGPM61AM",
        engineVersionActual: engineVersion ?? "",
        engineLifecycleSupport: "open-source-rds-extended-support",
        masterUserSecrets: manageMasterUserPassword === true ? [managed] : [],
        upgradeRolloutOrder: "second",
        latestRestorableTime: place.now.toISOString(),
        listenerEndpoints: [],
        replicas: [],
        availabilityZone: `${place.region}a`,
        backupRetentionPeriod: 0,
        backupTarget: "region",
        backupWindow: "03:00-03:30",
        maintenanceWindow: "sun:04:00-sun:04:30",
        caCertIdentifier: "rds-ca-rsa2048-g1",
        databaseInsightsMode: "standard",
        deletionProtection: false,
        licenseModel: "postgresql-license",
        multiAz: false,
        networkType: "IPV4",
        publiclyAccessible: false,
        storageEncrypted: false,
        storageType: "gp3",
        username: "",
        vpcSecurityGroupIds: [],
      };
    },
    id: ({ resourceId }) => `${resourceId}`,
    importId: ({ identifier }) => `${identifier}`,
    arn: "arn",
    validate: ({ kmsKeyId, masterUserSecretKmsKeyId }, place) => {
      requireKey(kmsKeyId, place, "KMSKeyNotAccessibleFault");
      requireKey(masterUserSecretKmsKeyId, place, "KMSKeyNotAccessibleFault");
    },
    refuseDelete: ({ deletionProtection, identifier }) => {
      if (deletionProtection !== true) return;
      throw new AwsError(
        "InvalidParameterCombination",
        `Cannot delete protected DB Instance ${identifier}, please disable deletion protection and try again.`,
      );
    },
    effects: managedSecret,
  },
};

/** RDS keeps the master password in a secret of its own making, in the same account, and takes it away with the instance. */
function managedSecret(
  { properties, previous }: { readonly properties?: Properties; readonly previous?: Properties },
  { store, caller, region }: Place,
): void {
  const [managed] = records((properties ?? previous)?.masterUserSecrets);
  if (managed === undefined) return;
  const secretArn = `${managed.secretArn}`;
  if (properties === undefined) {
    store.delete(caller.account, secretType, secretArn);
    return;
  }
  if (store.get(caller.account, secretType, secretArn) !== undefined) return;
  const tags = {
    "aws:rds:primaryDBInstanceArn": properties.arn,
    "aws:secretsmanager:owningService": "rds",
  };
  store.put({
    account: caller.account,
    type: secretType,
    id: secretArn,
    arn: secretArn,
    properties: {
      arn: secretArn,
      name: secretArn.replace(/^.*:secret:(.*)-.{6}$/, "$1"),
      description: `The secret associated with the primary RDS DB instance: ${properties.arn}`,
      kmsKeyId: managed.kmsKeyId,
      policy: "",
      recoveryWindowInDays: 30,
      region,
      tags,
      tagsAll: tags,
    },
  });
}
