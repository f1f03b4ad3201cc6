import * as ec2 from "@aws-sdk/client-ec2";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import * as route53 from "@aws-sdk/client-route-53";
import * as s3 from "@aws-sdk/client-s3";
import * as secrets from "@aws-sdk/client-secrets-manager";
import * as sts from "@aws-sdk/client-sts";
import type { AwsClients } from "../../automation/aws.ts";
import { fixture } from "./fixture.ts";

/** Addresses of what was set up, which the calls name; they differ from cloud to cloud. */
export interface Facts {
  readonly account: string;
  /** Symmetric key with the fixture's description, tag and alias. */
  readonly keyId: string;
  /** P-256 key for signatures. */
  readonly signingKeyId: string;
  /** `plaintext` under the symmetric key in `encryptionContext`. */
  readonly ciphertext: Uint8Array;
  readonly roleArn: string;
  readonly bucket: string;
  readonly zoneId: string;
  readonly vpcId: string;
}

export const plaintext = Buffer.from("to be protected");
export const encryptionContext = { deployment: "customer-testnet", node: "0" };

export type ServiceName = keyof AwsClients;

/** One call of the SDK whose answer is compared between clouds; they run in the order of the list. */
export interface Call {
  readonly service: ServiceName;
  readonly name: string;
  readonly run: (aws: AwsClients, facts: Facts) => Promise<object>;
  /** Paths of the answer that are not compared, list positions left out (`KeyMetadata.Arn`), each with the reason. */
  readonly apart: Readonly<Record<string, string>>;
}

type Row<S extends ServiceName> = readonly [
  name: string,
  send: (client: AwsClients[S], facts: Facts) => Promise<object>,
  apart?: Readonly<Record<string, string>>,
];

const absentKey = "00000000-0000-4000-8000-000000000000";
const absentInstance = "i-00000000000000000";

const keys: readonly Row<"kms">[] = [
  ["DescribeKey", (client, { keyId }) => client.send(new kms.DescribeKeyCommand({ KeyId: keyId }))],
  [
    "DescribeKey of a signing key",
    (client, { signingKeyId }) => client.send(new kms.DescribeKeyCommand({ KeyId: signingKeyId })),
  ],
  ["DescribeKey by alias", (client) => client.send(new kms.DescribeKeyCommand({ KeyId: fixture.alias }))],
  ["DescribeKey of an absent key", (client) => client.send(new kms.DescribeKeyCommand({ KeyId: absentKey }))],
  [
    "GetKeyPolicy",
    (client, { keyId }) => client.send(new kms.GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "default" })),
  ],
  [
    "GetKeyRotationStatus",
    (client, { keyId }) => client.send(new kms.GetKeyRotationStatusCommand({ KeyId: keyId })),
  ],
  ["ListResourceTags", (client, { keyId }) => client.send(new kms.ListResourceTagsCommand({ KeyId: keyId }))],
  ["ListGrants", (client, { keyId }) => client.send(new kms.ListGrantsCommand({ KeyId: keyId }))],
  ["ListAliases of a key", (client, { keyId }) => client.send(new kms.ListAliasesCommand({ KeyId: keyId }))],
  [
    "GenerateDataKey",
    (client, { keyId }) => client.send(new kms.GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256" })),
  ],
  [
    "GenerateDataKeyWithoutPlaintext",
    (client, { keyId }) =>
      client.send(new kms.GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyId, NumberOfBytes: 32 })),
  ],
  [
    "Encrypt",
    (client, { keyId }) => client.send(new kms.EncryptCommand({ KeyId: keyId, Plaintext: plaintext })),
  ],
  [
    "Decrypt in the same context",
    (client, { ciphertext }) =>
      client.send(
        new kms.DecryptCommand({ CiphertextBlob: ciphertext, EncryptionContext: encryptionContext }),
      ),
  ],
  [
    "Decrypt in another context",
    (client, { ciphertext }) =>
      client.send(new kms.DecryptCommand({ CiphertextBlob: ciphertext, EncryptionContext: { node: "1" } })),
  ],
  [
    "Sign",
    (client, { signingKeyId }) =>
      client.send(
        new kms.SignCommand({ KeyId: signingKeyId, Message: plaintext, SigningAlgorithm: "ECDSA_SHA_256" }),
      ),
  ],
  [
    "GetPublicKey",
    (client, { signingKeyId }) => client.send(new kms.GetPublicKeyCommand({ KeyId: signingKeyId })),
  ],
];

const vault: readonly Row<"secretsManager">[] = [
  [
    "PutSecretValue",
    (client) =>
      client.send(
        new secrets.PutSecretValueCommand({
          SecretId: fixture.secret,
          SecretString: "second",
          ClientRequestToken: "11111111-1111-4111-8111-111111111111",
        }),
      ),
  ],
  [
    "GetSecretValue",
    (client) => client.send(new secrets.GetSecretValueCommand({ SecretId: fixture.secret })),
  ],
  [
    "GetSecretValue of the previous version",
    (client) =>
      client.send(
        new secrets.GetSecretValueCommand({ SecretId: fixture.secret, VersionStage: "AWSPREVIOUS" }),
      ),
  ],
  [
    "GetSecretValue of an absent secret",
    (client) => client.send(new secrets.GetSecretValueCommand({ SecretId: "absent" })),
  ],
  [
    "GetSecretValue without a value",
    (client) => client.send(new secrets.GetSecretValueCommand({ SecretId: fixture.emptySecret })),
  ],
  [
    "DescribeSecret",
    (client) => client.send(new secrets.DescribeSecretCommand({ SecretId: fixture.secret })),
  ],
  [
    "ListSecretVersionIds",
    (client) => client.send(new secrets.ListSecretVersionIdsCommand({ SecretId: fixture.secret })),
  ],
  [
    "GetResourcePolicy",
    (client) => client.send(new secrets.GetResourcePolicyCommand({ SecretId: fixture.secret })),
  ],
  [
    "ListSecrets by name",
    (client) =>
      client.send(
        new secrets.ListSecretsCommand({ Filters: [{ Key: "name", Values: [fixture.emptySecret] }] }),
      ),
  ],
];

const sessions: readonly Row<"sts">[] = [
  ["GetCallerIdentity", (client) => client.send(new sts.GetCallerIdentityCommand({}))],
  [
    "AssumeRole",
    (client, { roleArn }) =>
      client.send(new sts.AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "alice" })),
  ],
];

const roles: readonly Row<"iam">[] = [
  ["GetRole", (client) => client.send(new iam.GetRoleCommand({ RoleName: fixture.role }))],
  ["GetRole of an absent role", (client) => client.send(new iam.GetRoleCommand({ RoleName: "absent" }))],
  ["ListRolePolicies", (client) => client.send(new iam.ListRolePoliciesCommand({ RoleName: fixture.role }))],
  [
    "GetRolePolicy",
    (client) =>
      client.send(new iam.GetRolePolicyCommand({ RoleName: fixture.role, PolicyName: fixture.rolePolicy })),
  ],
  [
    "GetRolePolicy of an absent policy",
    (client) => client.send(new iam.GetRolePolicyCommand({ RoleName: fixture.role, PolicyName: "absent" })),
  ],
  [
    "ListAttachedRolePolicies",
    (client) => client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName: fixture.role })),
  ],
];

const repositoryName = fixture.repository;
const imageIds = [{ imageTag: fixture.imageTag }];
const absentImage = [{ imageTag: "absent" }];

const images: readonly Row<"ecr">[] = [
  ["GetAuthorizationToken", (client) => client.send(new ecr.GetAuthorizationTokenCommand({}))],
  [
    "DescribeRepositories",
    (client) => client.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
  ],
  [
    "DescribeRepositories, absent",
    (client) => client.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: ["absent"] })),
  ],
  ["DescribeImages", (client) => client.send(new ecr.DescribeImagesCommand({ repositoryName, imageIds }))],
  [
    "DescribeImages, absent",
    (client) => client.send(new ecr.DescribeImagesCommand({ repositoryName, imageIds: absentImage })),
  ],
  ["ListImages", (client) => client.send(new ecr.ListImagesCommand({ repositoryName }))],
  ["BatchGetImage", (client) => client.send(new ecr.BatchGetImageCommand({ repositoryName, imageIds }))],
  [
    "BatchGetImage, absent",
    (client) => client.send(new ecr.BatchGetImageCommand({ repositoryName, imageIds: absentImage })),
  ],
];

const cluster = fixture.cluster;

const containers: readonly Row<"ecs">[] = [
  ["DescribeClusters", (client) => client.send(new ecs.DescribeClustersCommand({ clusters: [cluster] }))],
  [
    "DescribeClusters, absent",
    (client) => client.send(new ecs.DescribeClustersCommand({ clusters: ["absent"] })),
  ],
  ["ListServices", (client) => client.send(new ecs.ListServicesCommand({ cluster }))],
  [
    "DescribeServices",
    (client) => client.send(new ecs.DescribeServicesCommand({ cluster, services: [fixture.service] })),
  ],
  [
    "DescribeServices, absent",
    (client) => client.send(new ecs.DescribeServicesCommand({ cluster, services: ["absent"] })),
  ],
  [
    "DescribeServices in an absent cluster",
    (client) =>
      client.send(new ecs.DescribeServicesCommand({ cluster: "absent", services: [fixture.service] })),
  ],
  [
    "UpdateService",
    (client) =>
      client.send(new ecs.UpdateServiceCommand({ cluster, service: fixture.service, desiredCount: 2 })),
  ],
  [
    "UpdateService, absent",
    (client) => client.send(new ecs.UpdateServiceCommand({ cluster, service: "absent", desiredCount: 2 })),
  ],
  [
    "DescribeTaskDefinition",
    (client) => client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: fixture.taskFamily })),
  ],
  [
    "DescribeTaskDefinition, absent",
    (client) => client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: "absent" })),
  ],
  [
    "DescribeTasks, absent",
    (client, { account }) =>
      client.send(
        new ecs.DescribeTasksCommand({
          cluster,
          tasks: [`arn:aws:ecs:us-east-2:${account}:task/${cluster}/${"0".repeat(32)}`],
        }),
      ),
  ],
];

const objects: readonly Row<"s3">[] = [
  [
    "PutObject",
    (client, { bucket }) =>
      client.send(
        new s3.PutObjectCommand({
          Bucket: bucket,
          Key: "a/b c",
          Body: "content",
          ContentType: "text/plain",
          Metadata: { kind: "test" },
        }),
      ),
  ],
  [
    "GetObject",
    (client, { bucket }) => client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "a/b c" })),
  ],
  [
    "GetObject, absent",
    (client, { bucket }) => client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "absent" })),
  ],
  [
    "HeadObject",
    (client, { bucket }) => client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: "a/b c" })),
  ],
  [
    "HeadObject, absent",
    (client, { bucket }) => client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: "absent" })),
  ],
  [
    "PutObject over another",
    (client, { bucket }) =>
      client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: "a/b c", Body: "other", IfNoneMatch: "*" })),
  ],
  [
    "ListObjectsV2",
    (client, { bucket }) => client.send(new s3.ListObjectsV2Command({ Bucket: bucket, Prefix: "a/" })),
  ],
  [
    "ListObjectsV2 in an absent bucket",
    (client) => client.send(new s3.ListObjectsV2Command({ Bucket: "absent-bucket" })),
  ],
  ["HeadBucket", (client, { bucket }) => client.send(new s3.HeadBucketCommand({ Bucket: bucket }))],
  ["HeadBucket, absent", (client) => client.send(new s3.HeadBucketCommand({ Bucket: "absent-bucket" }))],
  [
    "GetBucketVersioning",
    (client, { bucket }) => client.send(new s3.GetBucketVersioningCommand({ Bucket: bucket })),
  ],
  ["GetBucketPolicy", (client, { bucket }) => client.send(new s3.GetBucketPolicyCommand({ Bucket: bucket }))],
  ["ListBuckets", (client) => client.send(new s3.ListBucketsCommand({}))],
  [
    "DeleteObject",
    (client, { bucket }) => client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: "a/b c" })),
  ],
  [
    "GetObject of a deleted one",
    (client, { bucket }) => client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "a/b c" })),
  ],
];

const record = {
  Name: `wallet.${fixture.zone}`,
  Type: "TXT" as const,
  TTL: 300,
  ResourceRecords: [{ Value: '"hello"' }],
};

const zones: readonly Row<"route53">[] = [
  [
    "ListHostedZonesByName",
    (client) => client.send(new route53.ListHostedZonesByNameCommand({ DNSName: fixture.zone })),
  ],
  ["GetHostedZone", (client, { zoneId }) => client.send(new route53.GetHostedZoneCommand({ Id: zoneId }))],
  [
    "GetHostedZone, absent",
    (client) => client.send(new route53.GetHostedZoneCommand({ Id: "Z0000000000000000000" })),
  ],
  [
    "ChangeResourceRecordSets",
    (client, { zoneId }) =>
      client.send(
        new route53.ChangeResourceRecordSetsCommand({
          HostedZoneId: zoneId,
          ChangeBatch: { Changes: [{ Action: "UPSERT", ResourceRecordSet: record }] },
        }),
      ),
  ],
  [
    "ListResourceRecordSets",
    (client, { zoneId }) => client.send(new route53.ListResourceRecordSetsCommand({ HostedZoneId: zoneId })),
  ],
];

const tags: readonly Row<"tagging">[] = [
  [
    "GetResources",
    (client) =>
      client.send(
        new tagging.GetResourcesCommand({
          TagFilters: [{ Key: "ivault:deployment", Values: ["customer-testnet"] }],
          ResourceTypeFilters: ["kms"],
        }),
      ),
  ],
];

const networks: readonly Row<"ec2">[] = [
  ["DescribeVpcs", (client, { vpcId }) => client.send(new ec2.DescribeVpcsCommand({ VpcIds: [vpcId] }))],
  [
    "DescribeInstances, absent",
    (client) => client.send(new ec2.DescribeInstancesCommand({ InstanceIds: [absentInstance] })),
  ],
  [
    "DescribeInstances, none",
    (client) =>
      client.send(new ec2.DescribeInstancesCommand({ Filters: [{ Name: "tag:Name", Values: ["none"] }] })),
  ],
];

function of<S extends ServiceName>(service: S, rows: readonly Row<S>[]): Call[] {
  return rows.map(([name, send, apart = {}]) => ({
    service,
    name,
    run: (aws, facts) => send(aws[service], facts),
    apart,
  }));
}

export const calls: readonly Call[] = [
  ...of("kms", keys),
  ...of("secretsManager", vault),
  ...of("sts", sessions),
  ...of("iam", roles),
  ...of("ecr", images),
  ...of("ecs", containers),
  ...of("s3", objects),
  ...of("route53", zones),
  ...of("tagging", tags),
  ...of("ec2", networks),
];
