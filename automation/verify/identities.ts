import {
  type GetAccountAuthorizationDetailsResponse,
  type ManagedPolicyDetail,
  paginateGetAccountAuthorizationDetails,
} from "@aws-sdk/client-iam";
import type { ListedPrincipal } from "../../isolation/world.ts";
import type { AwsClients } from "../aws.ts";

/** Roles that AWS's services make for themselves; nobody else can become them, and their policies cannot be changed. */
const serviceLinked = "/aws-service-role/";

/** Identities of an account with everything attached to them, and the roles that instance profiles hand to hosts. */
export interface DeployedIdentities {
  readonly principals: readonly ListedPrincipal[];
  /** ARN of the role by the instance profile's ARN. */
  readonly profileRoles: ReadonlyMap<string, string>;
}

/** Reads every role and user of the account: inline, attached and inherited policies, trust, boundary and tags. */
export async function readIdentities({ iam }: AwsClients): Promise<DeployedIdentities> {
  const pages: GetAccountAuthorizationDetailsResponse[] = [];
  for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, {})) pages.push(page);
  const managed = new Map(
    pages.flatMap(({ Policies: policies = [] }) => policies).map((policy) => [policy.Arn ?? "", policy]),
  );
  const groups = new Map(
    pages
      .flatMap(({ GroupDetailList: list = [] }) => list)
      .map((group) => [
        group.GroupName ?? "",
        documentsOf(group.GroupPolicyList, group.AttachedManagedPolicies, managed),
      ]),
  );
  const roles = pages
    .flatMap(({ RoleDetailList: list = [] }) => list)
    .filter(({ Path: path = "/" }) => !path.startsWith(serviceLinked));
  const users = pages.flatMap(({ UserDetailList: list = [] }) => list);
  return {
    principals: [
      ...roles.map(
        (role): ListedPrincipal => ({
          arn: role.Arn ?? "",
          kind: "role",
          trust: decoded(role.AssumeRolePolicyDocument),
          identity: documentsOf(role.RolePolicyList, role.AttachedManagedPolicies, managed),
          ...boundaryOf(role.PermissionsBoundary?.PermissionsBoundaryArn, managed),
          tags: tagsOf(role.Tags),
        }),
      ),
      ...users.map(
        (user): ListedPrincipal => ({
          arn: user.Arn ?? "",
          kind: "user",
          identity: [
            ...documentsOf(user.UserPolicyList, user.AttachedManagedPolicies, managed),
            ...(user.GroupList ?? []).flatMap((name) => groups.get(name) ?? []),
          ],
          ...boundaryOf(user.PermissionsBoundary?.PermissionsBoundaryArn, managed),
          tags: tagsOf(user.Tags),
        }),
      ),
    ],
    profileRoles: new Map(
      roles.flatMap(({ Arn: arn = "", InstanceProfileList: profiles = [] }) =>
        profiles.map((profile) => [profile.Arn ?? "", arn] as const),
      ),
    ),
  };
}

function documentsOf(
  inline: readonly { PolicyName?: string; PolicyDocument?: string }[] = [],
  attached: readonly { PolicyArn?: string }[] = [],
  managed: ReadonlyMap<string, ManagedPolicyDetail>,
): ListedPrincipal["identity"] {
  return [
    ...inline.map(({ PolicyName: name = "", PolicyDocument: text }) => ({ name, document: decoded(text) })),
    ...attached.map(({ PolicyArn: arn = "" }) => ({ name: arn, document: managedDocument(arn, managed) })),
  ];
}

function boundaryOf(arn: string | undefined, managed: ReadonlyMap<string, ManagedPolicyDetail>) {
  return arn === undefined ? {} : { boundary: managedDocument(arn, managed) };
}

function managedDocument(
  arn: string,
  managed: ReadonlyMap<string, ManagedPolicyDetail>,
): Record<string, unknown> {
  const version = managed.get(arn)?.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion);
  if (version?.Document === undefined) throw new Error(`IAM did not answer the document of ${arn}.`);
  return decoded(version.Document);
}

/** IAM sends documents URL-encoded (RFC 3986). */
function decoded(text: string | undefined): Record<string, unknown> {
  if (text === undefined) throw new Error("IAM answered a policy without its document.");
  return JSON.parse(decodeURIComponent(text)) as Record<string, unknown>;
}

function tagsOf(tags: readonly { Key?: string; Value?: string }[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key: key = "", Value: value = "" }) => [key, value]));
}
