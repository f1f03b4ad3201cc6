import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { putImage, putLayer } from "../../rehearsal/images.ts";
import type { Facts } from "../../tools/moto/call.ts";
import {
  bucketOf,
  containerDefinitions,
  fixture,
  identityPolicy,
  image,
  resourcePolicy,
  trustPolicy,
} from "../../tools/moto/fixture.ts";
import { encryptUnder } from "../../tools/moto/set-up.ts";
import { accountA, region } from "./stand-in.ts";
import type { Wire } from "./wire-fixture.ts";

const keyId = "11111111-2222-4333-8444-555555555555";
const signingKeyId = "66666666-7777-4888-8999-aaaaaaaaaaaa";
const zoneId = "Z0123456789EXAMPLE000";
const vpcId = "vpc-0123456789abcdef0";

/** Sets up in the stand-in what `tools/moto/set-up.ts` creates in moto: there the engine's provider is who creates, so the store gets it. */
export async function setUpStandIn({ put, cloud, clients }: Wire): Promise<Facts> {
  const account = accountA;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const own = (type: string, id: string, itsArn: string | null, properties: Record<string, unknown>) =>
    put(account, type, id, itsArn, { arn: itsArn, ...properties });

  const policy = resourcePolicy(account, "kms:*");
  const creationDate = cloud.now().toISOString();
  own("aws:kms/key:Key", keyId, arn("kms", `key/${keyId}`), {
    keyId,
    policy,
    description: fixture.keyDescription,
    enableKeyRotation: true,
    tags: fixture.tags,
    creationDate,
  });
  own("aws:kms/key:Key", signingKeyId, arn("kms", `key/${signingKeyId}`), {
    keyId: signingKeyId,
    policy,
    keyUsage: "SIGN_VERIFY",
    customerMasterKeySpec: "ECC_NIST_P256",
    creationDate,
  });
  own("aws:kms/alias:Alias", fixture.alias, arn("kms", fixture.alias), {
    name: fixture.alias,
    targetKeyId: keyId,
  });

  for (const name of [fixture.secret, fixture.emptySecret]) {
    const secretArn = arn("secretsmanager", `secret:${name}-a1B2c3`);
    const filled = name === fixture.secret;
    own("aws:secretsmanager/secret:Secret", secretArn, secretArn, {
      name,
      kmsKeyId: keyId,
      tags: filled ? fixture.tags : {},
      policy: filled ? resourcePolicy(account, "secretsmanager:GetSecretValue") : undefined,
    });
  }
  await clients(account).secretsManager.send(
    new PutSecretValueCommand({ SecretId: fixture.secret, SecretString: "first" }),
  );

  const roleArn = `arn:aws:iam::${account}:role/${fixture.role}`;
  own("aws:iam/role:Role", fixture.role, roleArn, {
    name: fixture.role,
    path: "/",
    uniqueId: "AROAEXAMPLEEXAMPLE001",
    createDate: creationDate,
    maxSessionDuration: 3600,
    assumeRolePolicy: trustPolicy(account),
    tags: fixture.tags,
  });
  own("aws:iam/rolePolicy:RolePolicy", `${fixture.role}:${fixture.rolePolicy}`, null, {
    role: fixture.role,
    name: fixture.rolePolicy,
    policy: identityPolicy,
  });

  const { repository } = fixture;
  own("aws:ecr/repository:Repository", repository, arn("ecr", `repository/${repository}`), {
    name: repository,
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${repository}`,
    imageTagMutability: "IMMUTABLE",
  });
  const digests = {
    layer: putLayer(cloud.store, account, repository, image.layer),
    config: putLayer(cloud.store, account, repository, image.config),
  };
  putImage(cloud.store, {
    account,
    repository,
    manifest: Buffer.from(image.manifest(digests)),
    mediaType: image.mediaType,
    tag: fixture.imageTag,
    pushedAt: cloud.now(),
  });

  const cluster = arn("ecs", `cluster/${fixture.cluster}`);
  own("aws:ecs/cluster:Cluster", cluster, cluster, { name: fixture.cluster });
  const taskDefinition = arn("ecs", `task-definition/${fixture.taskFamily}:1`);
  own("aws:ecs/taskDefinition:TaskDefinition", taskDefinition, taskDefinition, {
    family: fixture.taskFamily,
    revision: 1,
    containerDefinitions: JSON.stringify(containerDefinitions),
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "512",
    memory: "1024",
  });
  const service = arn("ecs", `service/${fixture.cluster}/${fixture.service}`);
  own("aws:ecs/service:Service", service, service, {
    name: fixture.service,
    cluster,
    taskDefinition,
    launchType: "FARGATE",
    desiredCount: 0,
  });

  const bucket = bucketOf(account);
  own("aws:s3/bucket:Bucket", bucket, `arn:aws:s3:::${bucket}`, { bucket, region });
  own("aws:s3/bucketVersioning:BucketVersioning", bucket, null, {
    bucket,
    versioningConfiguration: { status: "Enabled" },
  });
  own("aws:s3/bucketPolicy:BucketPolicy", bucket, null, {
    bucket,
    policy: resourcePolicy(account, "s3:GetObject", `arn:aws:s3:::${bucket}/*`),
  });

  own("aws:route53/zone:Zone", zoneId, `arn:aws:route53:::hostedzone/${zoneId}`, {
    zoneId,
    name: fixture.zone,
    nameServers: [1, 2, 3, 4].map((number) => `ns-${number}.awsdns-0${number}.com`),
  });
  own("aws:ec2/vpc:Vpc", vpcId, arn("ec2", `vpc/${vpcId}`), { cidrBlock: fixture.vpcBlock });

  const ciphertext = await encryptUnder(clients(account), keyId);
  return { account, keyId, signingKeyId, ciphertext, roleArn, bucket, zoneId, vpcId };
}
