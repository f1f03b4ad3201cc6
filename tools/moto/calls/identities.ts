import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { empty, type Row, random, unread } from "../call.ts";
import { fixture } from "../fixture.ts";

const principal = "the stand-in's callers are sessions of roles, moto's is a user";

export const sessions: readonly Row<"sts">[] = [
  [
    "GetCallerIdentity",
    (client) => client.send(new sts.GetCallerIdentityCommand({})),
    { Arn: principal, UserId: principal },
  ],
  [
    "AssumeRole",
    (client, { roleArn }) =>
      client.send(new sts.AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "alice" })),
    { "Credentials.SecretAccessKey": random, "Credentials.SessionToken": random, PackedPolicySize: unread },
  ],
];

export const roles: readonly Row<"iam">[] = [
  [
    "GetRole",
    (client) => client.send(new iam.GetRoleCommand({ RoleName: fixture.role })),
    { "Role.RoleLastUsed": unread, "Role.Description": empty },
  ],
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
