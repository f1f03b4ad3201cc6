import { z } from "zod";
import { tagList } from "../input.ts";
import type { Store, StoredObject } from "../store.ts";

const holders = {
  Role: { type: "aws:iam/role:Role", inline: "aws:iam/rolePolicy:RolePolicy" },
  User: { type: "aws:iam/user:User", inline: "aws:iam/userPolicy:UserPolicy" },
} as const;
type Kind = keyof typeof holders;

const managedType = "aws:iam/policy:Policy";
const holder = z.object({
  name: z.string(),
  path: z.string().default("/"),
  uniqueId: z.string().default(""),
  createDate: z.string().default("1970-01-01T00:00:00Z"),
  assumeRolePolicy: z.string().optional(),
  permissionsBoundary: z.string().default(""),
});

/** AWS's own policy that matters to who can do what; of others that are not stored the stand-in does not know the text. */
const administratorAccess = {
  arn: "arn:aws:iam::aws:policy/AdministratorAccess",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
};

/** Every role and user of an account with what is attached to it, and the policies that are attached by name. */
export function authorizationDetails(store: Store, account: string) {
  const managed = [
    ...store.list({ account, type: managedType }).map(({ arn, properties }) => ({
      arn: arn ?? "",
      policy: `${properties.policy}`,
    })),
    administratorAccess,
  ];
  const detailed = (kind: Kind) =>
    store.list({ account, type: holders[kind].type }).map((stored) => details(store, kind, stored));
  return {
    UserDetailList: detailed("User").map(({ name, ...user }) => ({ UserName: name, ...user, GroupList: [] })),
    GroupDetailList: [],
    RoleDetailList: detailed("Role").map(({ name, ...role }) => ({
      RoleName: name,
      ...role,
      InstanceProfileList: profilesOf(store, account, name),
    })),
    Policies: managed.map(({ arn, policy }) => ({
      PolicyName: nameOf(arn),
      Arn: arn,
      DefaultVersionId: "v1",
      PolicyVersionList: [{ Document: encodeURIComponent(policy), VersionId: "v1", IsDefaultVersion: true }],
    })),
    IsTruncated: false,
  };
}

function details(store: Store, kind: Kind, { account, arn, properties }: StoredObject) {
  const { name, path, uniqueId, createDate, assumeRolePolicy, permissionsBoundary } =
    holder.parse(properties);
  const own = kind.toLowerCase();
  const of = (type: string) =>
    store
      .list({ account, type })
      .map((stored) => stored.properties)
      .filter((one) => one[own] === name);
  return {
    name,
    Path: path,
    [`${kind}Id`]: uniqueId,
    Arn: arn,
    CreateDate: new Date(createDate),
    AssumeRolePolicyDocument:
      assumeRolePolicy === undefined ? undefined : encodeURIComponent(assumeRolePolicy),
    [`${kind}PolicyList`]: of(holders[kind].inline).map((inline) => ({
      PolicyName: inline.name,
      PolicyDocument: encodeURIComponent(`${inline.policy}`),
    })),
    AttachedManagedPolicies: of(`aws:iam/${own}PolicyAttachment:${kind}PolicyAttachment`).map(
      ({ policyArn }) => ({ PolicyName: nameOf(`${policyArn}`), PolicyArn: policyArn }),
    ),
    PermissionsBoundary:
      permissionsBoundary === ""
        ? undefined
        : { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: permissionsBoundary },
    Tags: tagList(properties),
  };
}

function profilesOf(store: Store, account: string, role: string) {
  return store
    .list({ account, type: "aws:iam/instanceProfile:InstanceProfile" })
    .filter(({ properties }) => properties.role === role)
    .map(({ id, arn }) => ({ InstanceProfileName: id, Arn: arn, Roles: [{ RoleName: role }] }));
}

const nameOf = (arn: string) => arn.split("/").at(-1);
