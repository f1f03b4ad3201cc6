import { z } from "zod";
import type { StoredObject } from "../store.ts";
import { policyOf, type StoredPolicy } from "../stored-policy.ts";
import type { Facts } from "./facts.ts";
import { organizationPolicies } from "./organizations.ts";
import { isRoot, isService, principalArn } from "./principals.ts";
import type { Bearing, BearingPolicy, Grant, PolicyKind, Question } from "./question.ts";

const inlineTypes = { role: "aws:iam/rolePolicy:RolePolicy", user: "aws:iam/userPolicy:UserPolicy" } as const;
const attachmentTypes = {
  role: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  user: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
} as const;
const holderTypes = { role: "aws:iam/role:Role", user: "aws:iam/user:User" } as const;
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";

/** Of AWS's own policies the one that matters to who can do what; any other has to be stored to be known. */
const administrator: StoredPolicy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const grantProperties = z.object({
  grantId: z.string(),
  granteePrincipal: z.string(),
  operations: z.array(z.string()),
  constraints: z
    .array(
      z.object({
        encryptionContextEquals: z.record(z.string(), z.string()).optional(),
        encryptionContextSubset: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
});

/**
 * Gathers what is stored and bears upon a question.
 *
 * @param endpoint id of the VPC endpoint that the request came through
 */
export function bearingOn(store: Facts, question: Question, endpoint: string | undefined): Bearing {
  const { caller, action, resource } = question;
  const own = caller === null || isService(caller) || isRoot(caller) ? undefined : holderOf(caller);
  const [service] = action.split(":");
  const key = service === "kms" && resource.includes(":key/") ? store.byArn(resource) : undefined;
  return {
    identity: own === undefined ? [] : identityPolicies(store, own),
    boundary: own === undefined ? undefined : boundaryOf(store, own),
    session: named("session", `session policy of ${caller?.principal}`, caller?.sessionPolicy),
    endpoint: endpoint === undefined ? undefined : endpointPolicy(store, endpoint),
    resource: resourcePolicy(store, question),
    grants: key === undefined ? [] : grantsOn(store, key),
    organization: organizationPolicies(store, question),
    // What is not there has no policy of its own: whether a key exists is told to whom identity policies let ask.
    ownPolicyDecides:
      action.startsWith("sts:AssumeRole") ||
      key !== undefined ||
      (service === "kms" && resource.includes(":alias/aws/")),
    resourceElement: service === "sts" || service === "ecr" ? "optional" : "required",
  };
}

interface Holder {
  readonly kind: "role" | "user";
  readonly account: string;
  readonly name: string;
  readonly arn: string;
}

function holderOf(caller: NonNullable<Question["caller"]>): Holder | undefined {
  const arn = principalArn(caller);
  const [, kind, name] = /:(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if ((kind !== "role" && kind !== "user") || name === undefined) return undefined;
  return { kind, account: caller.account, name, arn };
}

function named(kind: PolicyKind, name: string, text: unknown): BearingPolicy | undefined {
  const document = policyOf(text);
  return document === undefined ? undefined : { kind, name, document };
}

const some = <T>(values: readonly (T | undefined)[]) =>
  values.filter((value): value is T => value !== undefined);

function identityPolicies(store: Facts, { kind, account, name, arn }: Holder): readonly BearingPolicy[] {
  if (store.get(account, holderTypes[kind], name) === undefined) return [];
  const inline = store
    .list({ account, type: inlineTypes[kind], idBegins: `${name}:` })
    .filter(({ properties }) => properties[kind] === name)
    .map(({ properties }) =>
      named("identity", `identity policy ${properties.name} of ${arn}`, properties.policy),
    );
  const attached = store
    .list({ account, type: attachmentTypes[kind] })
    .filter(({ properties }) => properties[kind] === name)
    .map(({ properties }) =>
      managed(store, "identity", `identity policy ${properties.policyArn} of ${arn}`, properties.policyArn),
    );
  return some([...inline, ...attached]);
}

function managed(store: Facts, kind: PolicyKind, name: string, arn: unknown): BearingPolicy | undefined {
  if (arn === "arn:aws:iam::aws:policy/AdministratorAccess") return { kind, name, document: administrator };
  return named(kind, name, store.byArn(`${arn}`)?.properties.policy);
}

/** A boundary that is not there limits to nothing. */
function boundaryOf(store: Facts, { kind, account, name, arn }: Holder): BearingPolicy | undefined {
  const boundary = store.get(account, holderTypes[kind], name)?.properties.permissionsBoundary;
  if (typeof boundary !== "string" || boundary === "") return undefined;
  const title = `boundary ${boundary} of ${arn}`;
  const nothing: StoredPolicy = { Version: "2012-10-17", Statement: [] };
  return managed(store, "boundary", title, boundary) ?? { kind: "boundary", name: title, document: nothing };
}

function endpointPolicy(store: Facts, id: string): BearingPolicy {
  const endpoint = store.list({ type: endpointType }).find((stored) => stored.id === id);
  const policy = named("endpoint", `endpoint policy ${id}`, endpoint?.properties.policy);
  return (
    policy ?? {
      kind: "endpoint",
      name: `endpoint policy ${id}`,
      document: { Version: "2012-10-17", Statement: [] },
    }
  );
}

/** The policy that lies on what is acted on, if its kind has one. */
function resourcePolicy(store: Facts, question: Question): BearingPolicy | undefined {
  const { action, resource, resourceAccount } = question;
  const of = (name: string, text: unknown) => named("resource", `${name} ${resource}`, text);
  const properties = () => store.byArn(resource)?.properties;
  switch (action.split(":", 1)[0]) {
    case "kms":
      if (resource.includes(":alias/aws/")) return serviceKeyPolicy(question);
      return resource.includes(":key/") ? of("key policy", properties()?.policy) : undefined;
    case "sts":
      return action.startsWith("sts:AssumeRole")
        ? of("trust policy", properties()?.assumeRolePolicy)
        : undefined;
    case "secretsmanager":
      return of("secret policy", properties()?.policy);
    case "sns":
      return of("topic policy", properties()?.policy);
    case "s3": {
      const bucket = resource.replace(/^(arn:aws:s3:::[^/]*).*$/, "$1");
      const stored = store.get(
        resourceAccount,
        "aws:s3/bucketPolicy:BucketPolicy",
        bucket.replace("arn:aws:s3:::", ""),
      );
      return named("resource", `bucket policy ${bucket}`, stored?.properties.policy);
    }
    case "ecr": {
      const repository = resource.replace(/^.*:repository\//, "");
      return of(
        "repository policy",
        store.get(resourceAccount, "aws:ecr/repositoryPolicy:RepositoryPolicy", repository)?.properties
          .policy,
      );
    }
    default:
      return undefined;
  }
}

/** AWS's own key of a service in an account: everybody there, through that service alone (KMS developer guide, "AWS managed keys"). */
function serviceKeyPolicy({ resource, resourceAccount }: Question): BearingPolicy {
  const [, , , region, , alias = ""] = resource.split(":");
  const service = alias.replace("alias/aws/", "");
  const document: StoredPolicy = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: "*",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": resourceAccount,
            "kms:ViaService": `${service}.${region}.amazonaws.com`,
          },
        },
      },
    ],
  };
  return { kind: "resource", name: `key policy ${resource}`, document };
}

function grantsOn(store: Facts, { account, arn, id }: StoredObject): readonly Grant[] {
  return store
    .list({ account, type: "aws:kms/grant:Grant" })
    .filter(({ properties }) => properties.keyId === arn || properties.keyId === id)
    .map(({ properties }) => grantProperties.parse(properties))
    .map(({ grantId, constraints, ...grant }) => ({ id: grantId, ...grant, constraints: constraints?.[0] }));
}
