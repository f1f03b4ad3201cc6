import { z } from "zod";

/**
 * What each stack tells the others: public values only (ARNs, ids, host names). These schemas are the contract between accounts;
 * the driver checks them when a hand-off is written and again when it is read.
 */
const baselinePolicyNode = z.strictObject({
  keyAdminRoleArn: z.string(),
  sealingRoleArn: z.string(),
  verifierRoleArn: z.string(),
  trailArn: z.string(),
});

const policyNodeLongLived = z.strictObject({
  sealingKeyArn: z.string(),
  vaultKeyArn: z.string(),
  configurationKeyArn: z.string(),
  /** By the secret's name without environment and namespace, as in `Model.secrets`. */
  secretArns: z.record(z.string(), z.string()),
});

const database = z.strictObject({
  host: z.string(),
  port: z.number().int(),
  /** The managed master secret, which only the task `database-init` uses. */
  masterSecretArn: z.string(),
  securityGroupId: z.string(),
});

export const stackOutputSchemas = {
  "baseline-infrastructure": z.strictObject({
    zoneId: z.string(),
    zoneNameServers: z.array(z.string()),
    privateZoneId: z.string(),
    /** Cloud Map namespace of the private zone, in which broker and nodes have their names. */
    privateNamespaceId: z.string(),
    vpcId: z.string(),
    publicSubnetIds: z.array(z.string()),
    /** One a zone, with a route to the internet through NAT. */
    privateSubnetIds: z.array(z.string()),
    /** One a zone, without a route to the internet: node hosts and databases. */
    isolatedSubnetIds: z.array(z.string()),
    endpointSecurityGroupId: z.string(),
    s3PrefixListId: z.string(),
    clusterArn: z.string(),
    clusterName: z.string(),
    /** By component. */
    repositoryUrls: z.record(z.string(), z.string()),
    artefactBucket: z.string(),
    logKeyArn: z.string(),
    /** By group name without `/<namespace>/<environment>/`. */
    logGroupNames: z.record(z.string(), z.string()),
    alarmTopicArn: z.string(),
    /** By node number. */
    instanceProfileNames: z.record(z.string(), z.string()),
    keyAdminRoleArn: z.string(),
    sealingRoleArn: z.string(),
    verifierRoleArn: z.string(),
    trailArn: z.string(),
  }),
  "baseline-policy-node1": baselinePolicyNode,
  "baseline-policy-node2": baselinePolicyNode,
  "wallet-long-lived": z.strictObject({
    /** `wallet` (all services of the wallet) and `policy-node0` … `policy-node2`. */
    databases: z.record(z.string(), database),
    certificateArn: z.string(),
    backupBucket: z.string(),
    walletKeyArn: z.string(),
    brokerKeyArn: z.string(),
    secretArns: z.record(z.string(), z.string()),
    databaseInit: z.strictObject({ taskDefinitionArn: z.string(), securityGroupId: z.string() }),
  }),
  "policy-node0-long-lived": policyNodeLongLived,
  "policy-node1-long-lived": policyNodeLongLived,
  "policy-node2-long-lived": policyNodeLongLived,
  wallet: z.strictObject({
    url: z.string(),
    loadBalancerDnsName: z.string(),
    brokerSecurityGroupId: z.string(),
    walletSecurityGroupId: z.string(),
    /** ECS service names by component (`broker`, `wallet`, …). */
    serviceNames: z.record(z.string(), z.string()),
    bootstrap: z.strictObject({ taskDefinitionArn: z.string(), securityGroupId: z.string() }),
  }),
  "nitro-nodes": z.strictObject({
    /** Auto Scaling group names by node number. */
    groupNames: z.record(z.string(), z.string()),
  }),
} as const;

export type StackId = keyof typeof stackOutputSchemas;
export type StackOutputs = { readonly [S in StackId]: z.infer<(typeof stackOutputSchemas)[S]> };
export const stackIds = Object.keys(stackOutputSchemas) as StackId[];
