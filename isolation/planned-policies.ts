import type { Model } from "./model.ts";
import type { PolicyDocument } from "./policy.ts";

/** A resource that carries a policy, as the model has it: what a preview of its stack must plan, no more and no less. */
export interface PolicyBearing {
  readonly type: string;
  /** Input by which it is recognised, and its value. */
  readonly by: readonly [input: string, value: string];
  /** Inputs that hold a policy document; null: must be absent. */
  readonly documents: Readonly<Record<string, PolicyDocument | null>>;
  /** Inputs that decide with the policy who may do what, with the values that mean what the model says; undefined: absent. */
  readonly settings: Readonly<Record<string, readonly unknown[]>>;
}

/** The types of `policyBearing`, and how a resource of that type is recognised. */
export const recognisedBy: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => unknown>> =
  {
    "aws:iam/role:Role": ({ name }) => name,
    "aws:iam/rolePolicy:RolePolicy": ({ role, name }) => `${String(role)}/${String(name)}`,
    "aws:iam/instanceProfile:InstanceProfile": ({ name }) => name,
    "aws:kms/key:Key": ({ description }) => description,
    "aws:secretsmanager/secret:Secret": ({ name }) => name,
    "aws:s3/bucket:Bucket": ({ bucket }) => bucket,
    "aws:s3/bucketPolicy:BucketPolicy": ({ bucket }) => bucket,
    "aws:ecr/repository:Repository": ({ name }) => name,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ({ repository }) => repository,
    "aws:ec2/vpcEndpoint:VpcEndpoint": ({ serviceName }) => serviceName,
    "aws:sns/topic:Topic": ({ name }) => name,
  };

/** Every policy-bearing resource that a stack makes, from the model. */
export function policyBearing(model: Model, stack: string): readonly PolicyBearing[] {
  const ours = <T extends { readonly stack: string | null }>(parts: Readonly<Record<string, T>>) =>
    Object.values(parts).filter((part) => part.stack === stack);
  return [
    ...rolesOf(model, stack),
    ...ours(model.keys).map(
      (key): PolicyBearing => ({
        type: "aws:kms/key:Key",
        by: ["description", key.description],
        documents: { policy: key.policy },
        settings: {
          keyUsage: [key.usage === "sign" ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT"],
          multiRegion: [false],
          bypassPolicyLockoutSafetyCheck: [undefined, false],
          customKeyStoreId: [undefined],
        },
      }),
    ),
    ...ours(model.secrets).map(
      (secret): PolicyBearing => ({
        type: "aws:secretsmanager/secret:Secret",
        by: ["name", secret.name],
        documents: { policy: secret.policy },
        settings: { replicas: [undefined] },
      }),
    ),
    ...ours(model.buckets).flatMap(({ name, policy }): PolicyBearing[] => [
      {
        type: "aws:s3/bucket:Bucket",
        by: ["bucket", name],
        documents: { policy: null },
        settings: { acl: [undefined], grants: [undefined] },
      },
      {
        type: "aws:s3/bucketPolicy:BucketPolicy",
        by: ["bucket", name],
        documents: { policy },
        settings: {},
      },
    ]),
    ...ours(model.repositories).flatMap(({ name, policy }): PolicyBearing[] => [
      { type: "aws:ecr/repository:Repository", by: ["name", name], documents: {}, settings: {} },
      ...(policy === null
        ? []
        : [
            {
              type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
              by: ["repository", name] as const,
              documents: { policy },
              settings: {},
            },
          ]),
    ]),
    ...ours(model.endpoints).map(
      ({ service, policy }): PolicyBearing => ({
        type: "aws:ec2/vpcEndpoint:VpcEndpoint",
        by: ["serviceName", `com.amazonaws.${model.region}.${service}`],
        documents: { policy },
        settings: {},
      }),
    ),
    ...ours(model.topics).map(
      ({ name, policy }): PolicyBearing => ({
        type: "aws:sns/topic:Topic",
        by: ["name", name],
        documents: { policy },
        settings: {},
      }),
    ),
  ];
}

function rolesOf(model: Model, stack: string): PolicyBearing[] {
  const hosts = new Set(Object.values(model.nodes).map(({ roleName }) => roleName));
  return Object.values(model.roles).flatMap((role): PolicyBearing[] => [
    ...(role.stack === stack
      ? [
          {
            type: "aws:iam/role:Role",
            by: ["name", role.name] as const,
            documents: { assumeRolePolicy: role.trust },
            settings: {
              managedPolicyArns: [undefined],
              inlinePolicies: [undefined],
              permissionsBoundary: [undefined],
              // An hour is what IAM and the provider take where nothing is said.
              maxSessionDuration:
                role.maxSessionSeconds === undefined ? [undefined, 3600] : [role.maxSessionSeconds],
            },
          },
        ]
      : []),
    ...(role.stack === stack && hosts.has(role.name)
      ? [
          {
            type: "aws:iam/instanceProfile:InstanceProfile",
            by: ["name", role.name] as const,
            documents: {},
            settings: { role: [role.name] },
          },
        ]
      : []),
    ...role.identity
      .filter((inline) => (inline.stack ?? role.stack) === stack)
      .map((inline) => ({
        type: "aws:iam/rolePolicy:RolePolicy",
        by: ["name", `${role.name}/${inline.name}`] as const,
        documents: { policy: inline.document },
        settings: {},
      })),
  ]);
}
