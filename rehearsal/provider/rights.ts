import { encryptionKeys } from "../authoriser/context.ts";
import type { CloudRequest, Right } from "../request.ts";
import {
  arn,
  find,
  type Place,
  type Properties,
  type ResourceType,
  record,
  records,
} from "./resource-type.ts";
import { services } from "./services.ts";

/** What a request of the provider's acts on, and what AWS asks for besides. */
export type Asked = Pick<CloudRequest, "resource" | "context" | "also">;

interface Rule {
  /** ARN that AWS authorises the calls on, where it is not the resource's own. */
  readonly on?: (properties: Properties, place: Place) => string;
  /** Condition keys of the call that creates. */
  readonly context?: (properties: Properties) => CloudRequest["context"];
  /** Rights besides, for creating and for changing these arguments; the whole of them when it is created. */
  readonly also?: (properties: Properties, place: Place) => readonly Right[];
  /** The action that tags while creating, where it is not the service's usual one. */
  readonly tag?: string;
  /** What the real provider asks for once the resource is there, to complete it and to read it back. */
  readonly afterwards?: (properties: Properties) => readonly string[];
}

const roleOf = (name: unknown, { caller }: Place) => `arn:aws:iam::${caller.account}:role/${name}`;
const bucketOf = ({ bucket }: Properties) => `arn:aws:s3:::${bucket}`;
const keyArn = (reference: unknown, place: Place) =>
  find(place, "aws:kms/key:Key", reference)?.arn ?? `${reference}`;
const via = (service: string, { region }: Place) => `${service}.${region}.amazonaws.com`;

function passRole(role: unknown, service: string): readonly Right[] {
  if (typeof role !== "string" || role === "") return [];
  return [{ action: "iam:PassRole", resource: role, context: { "iam:PassedToService": service } }];
}

/** Creating or re-keying a secret tries its key with the caller's own rights (Secrets Manager user guide, "Secret encryption and decryption"). */
function tryKey({ kmsKeyId, arn: secretArn }: Properties, place: Place): readonly Right[] {
  if (kmsKeyId === undefined) return [];
  const context = encryptionKeys({
    SecretARN: `${secretArn}`,
    SecretVersionId: "RequestToValidateKeyAccess",
  });
  return ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => ({
    action,
    resource: keyArn(kmsKeyId, place),
    via: via("secretsmanager", place),
    context,
  }));
}

/** RDS keeps its use of a key as a grant, and a managed master password as a secret that it makes in the caller's name (RDS user guide). */
function databaseRights(properties: Properties, place: Place): readonly Right[] {
  const { kmsKeyId, masterUserSecretKmsKeyId, manageMasterUserPassword } = properties;
  const use = (key: unknown, service: string, actions: readonly string[]): readonly Right[] =>
    key === undefined
      ? []
      : actions.map((action) => ({ action, resource: keyArn(key, place), via: via(service, place) }));
  const secret = arn("secretsmanager", place, "secret:rds!db-managed");
  return [
    ...use(kmsKeyId, "rds", ["kms:DescribeKey", "kms:CreateGrant"]),
    ...(manageMasterUserPassword === true
      ? [
          { action: "secretsmanager:CreateSecret", resource: secret, tags: {} },
          { action: "secretsmanager:TagResource", resource: secret, tags: {} },
          ...use(masterUserSecretKmsKeyId, "secretsmanager", [
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:Decrypt",
          ]),
        ]
      : []),
  ];
}

/** A group launches hosts with its owner's rights, and they carry a role. */
function hostRights({ launchTemplate }: Properties, place: Place): readonly Right[] {
  const { id, name } = record(launchTemplate);
  const template =
    find(place, "aws:ec2/launchTemplate:LaunchTemplate", id) ??
    place.store
      .list({ account: place.caller.account, type: "aws:ec2/launchTemplate:LaunchTemplate" })
      .find(({ properties }) => properties.name === name);
  const profile = record(template?.properties.iamInstanceProfile);
  const role = find(place, "aws:iam/instanceProfile:InstanceProfile", profile.name ?? profile.arn)?.properties
    .role;
  return [
    { action: "ec2:RunInstances", resource: "*" },
    ...(role === undefined ? [] : passRole(roleOf(role, place), "ec2.amazonaws.com")),
  ];
}

/** CloudTrail looks at bucket and key before it takes a trail (CloudTrail user guide). */
function trailRights({ arn: trailArn, s3BucketName, kmsKeyId }: Properties, place: Place): readonly Right[] {
  const { account } = place.caller;
  const caller = { account, principal: "cloudtrail.amazonaws.com" };
  const context = { "aws:SourceArn": `${trailArn}` };
  const bucket = `arn:aws:s3:::${s3BucketName}`;
  return [
    { action: "s3:GetBucketAcl", resource: bucket, caller, context },
    {
      action: "s3:PutObject",
      resource: `${bucket}/AWSLogs/${account}/CloudTrail/trail.json.gz`,
      caller,
      context: { ...context, "s3:x-amz-acl": "bucket-owner-full-control" },
    },
    ...(kmsKeyId === undefined
      ? []
      : [{ action: "kms:GenerateDataKey", resource: keyArn(kmsKeyId, place), caller, context }]),
  ];
}

/** The load balancer's log delivery writes a test object before it is switched on. */
function deliveryRights({ arn: balancerArn, accessLogs }: Properties, { caller }: Place): readonly Right[] {
  const { bucket, enabled } = record(accessLogs);
  if (enabled !== true) return [];
  return [
    {
      action: "s3:PutObject",
      resource: `arn:aws:s3:::${bucket}/AWSLogs/${caller.account}/ELBAccessLogTestFile`,
      caller: { account: caller.account, principal: "logdelivery.elasticloadbalancing.amazonaws.com" },
      context: { "aws:SourceArn": `${balancerArn}` },
    },
  ];
}

/** CloudWatch Logs itself encrypts, with the group's ARN as the context. */
function logKeyRights({ arn: group, kmsKeyId }: Properties, place: Place): readonly Right[] {
  if (kmsKeyId === undefined) return [];
  const caller = { account: place.caller.account, principal: `logs.${place.region}.amazonaws.com` };
  const context = { ...encryptionKeys({ "aws:logs:arn": `${group}` }), "aws:SourceArn": `${group}` };
  return [{ action: "kms:GenerateDataKey", resource: keyArn(kmsKeyId, place), caller, context }];
}

const ownArn = { on: (properties: Properties) => `${properties.arn}` };
const onBucket = { on: bucketOf };
const aliasRule: Rule = {
  ...ownArn,
  // An alias is authorised twice: by policies on the alias, and on the key that it leads to.
  also: ({ targetKeyId }, place) => [{ action: "kms:CreateAlias", resource: keyArn(targetKeyId, place) }],
  afterwards: () => ["ListAliases"],
};

/** By the engine's token; what is not here acts on its own ARN where the caller chose its name, on `*` before AWS has chosen its id. */
const rules: Readonly<Record<string, Rule>> = {
  "aws:iam/role:Role": {
    context: ({ permissionsBoundary }) =>
      permissionsBoundary === undefined ? undefined : { "iam:PermissionsBoundary": `${permissionsBoundary}` },
    afterwards: () => ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    on: ({ role }, place) => roleOf(role, place),
    afterwards: () => ["GetRolePolicy"],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    tag: "iam:TagInstanceProfile",
    also: ({ arn: profile, role }, place) =>
      role === undefined
        ? []
        : [
            { action: "iam:AddRoleToInstanceProfile", resource: `${profile}` },
            ...passRole(roleOf(role, place), "ec2.amazonaws.com"),
          ],
    afterwards: () => ["GetInstanceProfile"],
  },
  "aws:kms/key:Key": {
    context: ({ multiRegion, customerMasterKeySpec, keyUsage, bypassPolicyLockoutSafetyCheck }) => ({
      "kms:MultiRegion": `${multiRegion}`,
      "kms:KeyOrigin": "AWS_KMS",
      "kms:KeySpec": `${customerMasterKeySpec}`,
      "kms:KeyUsage": `${keyUsage}`,
      "kms:BypassPolicyLockoutSafetyCheck": `${bypassPolicyLockoutSafetyCheck}`,
    }),
    afterwards: ({ enableKeyRotation }) => [
      ...(enableKeyRotation === true ? ["EnableKeyRotation"] : []),
      "DescribeKey",
      "GetKeyPolicy",
      "GetKeyRotationStatus",
      "ListResourceTags",
    ],
  },
  "aws:kms/alias:Alias": aliasRule,
  "aws:secretsmanager/secret:Secret": {
    also: tryKey,
    afterwards: ({ policy }) => [
      ...(policy === "" ? [] : ["PutResourcePolicy"]),
      "DescribeSecret",
      "GetResourcePolicy",
    ],
  },
  "aws:s3/bucket:Bucket": {
    ...onBucket,
    afterwards: () => ["ListBucket", "GetBucketPolicy", "GetBucketTagging"],
  },
  "aws:s3/bucketVersioning:BucketVersioning": onBucket,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": onBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": onBucket,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": onBucket,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": onBucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": onBucket,
  "aws:s3/bucketPolicy:BucketPolicy": onBucket,
  "aws:sns/topic:Topic": { ...ownArn, afterwards: () => ["GetTopicAttributes", "ListTagsForResource"] },
  "aws:sns/topicSubscription:TopicSubscription": { on: ({ topic }) => `${topic}` },
  "aws:cloudwatch/eventRule:EventRule": {
    ...ownArn,
    afterwards: () => ["DescribeRule", "ListTagsForResource"],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    on: ({ rule }, place) =>
      `${rule}`.startsWith("arn:") ? `${rule}` : arn("events", place, `rule/${rule}`),
    also: ({ roleArn }) => passRole(roleArn, "events.amazonaws.com"),
    afterwards: () => ["ListTargetsByRule"],
  },
  "aws:cloudtrail/trail:Trail": {
    also: trailRights,
    afterwards: () => ["StartLogging", "GetTrailStatus", "GetEventSelectors", "ListTags"],
  },
  "aws:cloudwatch/logGroup:LogGroup": { also: logKeyRights },
  "aws:ecr/repository:Repository": { afterwards: () => ["DescribeRepositories", "ListTagsForResource"] },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    on: ({ repository }, place) => arn("ecr", place, `repository/${repository}`),
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    also: ({ executionRoleArn, taskRoleArn }) => [
      ...passRole(executionRoleArn, "ecs-tasks.amazonaws.com"),
      ...passRole(taskRoleArn, "ecs-tasks.amazonaws.com"),
    ],
  },
  "aws:rds/instance:Instance": { also: databaseRights },
  "aws:autoscaling/group:Group": { also: hostRights },
  "aws:lb/loadBalancer:LoadBalancer": { also: deliveryRights },
  "aws:route53/record:Record": { on: ({ zoneId }) => `arn:aws:route53:::hostedzone/${zoneId}` },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    also: () => [
      { action: "route53:CreateHostedZone", resource: "*" },
      { action: "ec2:DescribeVpcs", resource: "*" },
    ],
  },
};

/** What creating the resource asks for: on its ARN where that is known beforehand, tagged in the same call. */
export function toCreate(token: string, type: ResourceType, properties: Properties, place: Place): Asked {
  const rule = rules[token] ?? {};
  const named = type.unique !== undefined && type.arn !== undefined ? properties[type.arn] : undefined;
  const resource = rule.on?.(properties, place) ?? (typeof named === "string" ? named : undefined);
  const tagged = Object.keys(record(properties.tags)).length > 0 || records(properties.tags).length > 0;
  const tagging: Right = {
    action: rule.tag ?? `${type.service}:${services[type.service].tag}`,
    resource: resource ?? "*",
  };
  return {
    ...(resource === undefined ? {} : { resource }),
    context: { ...regionOf(type, place), ...rule.context?.(properties) },
    also: [...(tagged ? [tagging] : []), ...(rule.also?.(properties, place) ?? [])],
  };
}

/** What reading, changing (`changed`: names of the arguments) or deleting asks for. */
export function toUse(
  token: string,
  type: ResourceType,
  stored: Properties,
  place: Place,
  changed: readonly string[] = [],
): Asked {
  const rule = rules[token] ?? {};
  const own = type.arn === undefined ? undefined : stored[type.arn];
  const resource =
    Object.keys(stored).length === 0
      ? undefined
      : (rule.on?.(stored, place) ?? (typeof own === "string" ? own : undefined));
  const beyondTags = changed.filter((name) => name !== "tags" && name !== "policy");
  return {
    ...(resource === undefined ? {} : { resource }),
    context: regionOf(type, place),
    also: beyondTags.length === 0 ? [] : (rule.also?.(stored, place) ?? []),
  };
}

/** Actions that the real provider sends once the resource exists. */
export function afterCreating(token: string, properties: Properties): readonly string[] {
  return rules[token]?.afterwards?.(properties) ?? [];
}

/** Actions that AWS authorises on no particular resource, whatever they are asked about. */
export function isOnAnything(action: string): boolean {
  return ["ListAliases", "DescribeTrails", "DescribeLogGroups"].includes(action);
}

function regionOf({ service }: ResourceType, { region }: Place): CloudRequest["context"] {
  return { "aws:RequestedRegion": services[service].global ? "us-east-1" : region };
}
