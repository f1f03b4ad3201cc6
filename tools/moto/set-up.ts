import { createHash } from "node:crypto";
import { CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
} from "@aws-sdk/client-kms";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketPolicyCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand, PutResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AwsClients } from "../../automation/aws.ts";
import { encryptionContext, type Facts, plaintext } from "./call.ts";
import {
  bucketOf,
  containerDefinitions,
  fixture,
  identityPolicy,
  image,
  resourcePolicy,
  trustPolicy,
} from "./fixture.ts";

const tagList = Object.entries(fixture.tags);
const upper = tagList.map(([Key, Value]) => ({ Key, Value }));
const ofKms = tagList.map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
const digestOf = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Sets up through the SDK what the calls ask for: in a cloud that creates what is asked of it, as moto does. */
export async function setUp(aws: AwsClients): Promise<Facts> {
  const { Account: account = "" } = await aws.sts.send(new GetCallerIdentityCommand({}));
  const keys = await setUpKeys(aws, account);
  await setUpSecrets(aws, account, keys.keyId);
  await setUpImages(aws);
  await setUpContainers(aws);
  const role = await aws.iam.send(
    new CreateRoleCommand({
      RoleName: fixture.role,
      AssumeRolePolicyDocument: trustPolicy(account),
      Tags: upper,
    }),
  );
  await aws.iam.send(
    new PutRolePolicyCommand({
      RoleName: fixture.role,
      PolicyName: fixture.rolePolicy,
      PolicyDocument: identityPolicy,
    }),
  );
  const zone = await aws.route53.send(
    new CreateHostedZoneCommand({ Name: fixture.zone, CallerReference: "one" }),
  );
  const vpc = await aws.ec2.send(new CreateVpcCommand({ CidrBlock: fixture.vpcBlock }));
  return {
    account,
    ...keys,
    roleArn: role.Role?.Arn ?? "",
    bucket: await setUpBucket(aws, account),
    zoneId: zone.HostedZone?.Id?.replace("/hostedzone/", "") ?? "",
    vpcId: vpc.Vpc?.VpcId ?? "",
  };
}

async function setUpKeys({ kms }: AwsClients, account: string) {
  const key = await kms.send(
    new CreateKeyCommand({
      Description: fixture.keyDescription,
      KeyUsage: "ENCRYPT_DECRYPT",
      Policy: resourcePolicy(account, "kms:*"),
      Tags: ofKms,
    }),
  );
  const signing = await kms.send(
    new CreateKeyCommand({
      KeySpec: "ECC_NIST_P256",
      KeyUsage: "SIGN_VERIFY",
      Policy: resourcePolicy(account, "kms:*"),
    }),
  );
  const keyId = key.KeyMetadata?.KeyId ?? "";
  await kms.send(new EnableKeyRotationCommand({ KeyId: keyId }));
  await kms.send(new CreateAliasCommand({ AliasName: fixture.alias, TargetKeyId: keyId }));
  return {
    keyId,
    signingKeyId: signing.KeyMetadata?.KeyId ?? "",
    ciphertext: await encryptUnder({ kms }, keyId),
  };
}

export async function encryptUnder({ kms }: Pick<AwsClients, "kms">, KeyId: string): Promise<Uint8Array> {
  const command = new EncryptCommand({ KeyId, Plaintext: plaintext, EncryptionContext: encryptionContext });
  const { CiphertextBlob = new Uint8Array() } = await kms.send(command);
  return CiphertextBlob;
}

async function setUpSecrets({ secretsManager }: AwsClients, account: string, keyId: string): Promise<void> {
  const KmsKeyId = keyId;
  await secretsManager.send(
    new CreateSecretCommand({ Name: fixture.secret, KmsKeyId, SecretString: "first", Tags: upper }),
  );
  await secretsManager.send(new CreateSecretCommand({ Name: fixture.emptySecret, KmsKeyId }));
  await secretsManager.send(
    new PutResourcePolicyCommand({
      SecretId: fixture.secret,
      ResourcePolicy: resourcePolicy(account, "secretsmanager:GetSecretValue"),
    }),
  );
}

async function setUpImages({ ecr }: AwsClients): Promise<void> {
  const repositoryName = fixture.repository;
  await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }));
  const digests = { layer: digestOf(image.layer), config: digestOf(image.config) };
  await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageManifest: image.manifest(digests),
      imageManifestMediaType: image.mediaType,
      imageTag: fixture.imageTag,
    }),
  );
}

async function setUpContainers({ ecs }: AwsClients): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: fixture.cluster }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: fixture.taskFamily,
      containerDefinitions,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "512",
      memory: "1024",
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: fixture.cluster,
      serviceName: fixture.service,
      taskDefinition: fixture.taskFamily,
      launchType: "FARGATE",
      desiredCount: 0,
    }),
  );
}

async function setUpBucket({ s3 }: AwsClients, account: string): Promise<string> {
  const Bucket = bucketOf(account);
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-east-2" } }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const Policy = resourcePolicy(account, "s3:GetObject", `arn:aws:s3:::${Bucket}/*`);
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  return Bucket;
}
