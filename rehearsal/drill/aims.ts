import type { Store } from "../store.ts";
import { policyOf } from "../stored-policy.ts";
import type { Arena } from "./arena.ts";

/** The policy of who may do everything. */
export const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** A role or user that somebody may try to become. */
export interface Aim {
  readonly arn: string;
  readonly account: string;
  readonly kind: "role" | "user";
  readonly name: string;
}

export function aimOf(arn: string): Aim | undefined {
  const [, account, kind, name] = /^arn:aws:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account === undefined || name === undefined || (kind !== "role" && kind !== "user")) return undefined;
  return { arn, account, kind, name };
}

const types = {
  role: {
    holder: "aws:iam/role:Role",
    inline: "aws:iam/rolePolicy:RolePolicy",
    attached: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  },
  user: {
    holder: "aws:iam/user:User",
    inline: "aws:iam/userPolicy:UserPolicy",
    attached: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  },
} as const;

/** Gives a principal everything: what whoever writes its rights can come to in as many steps as it takes. Makes who is not there. */
export function endow({ store }: Arena, { account, arn, kind, name }: Aim): void {
  const { holder, inline } = types[kind];
  const stored = store.get(account, holder, name);
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" }],
  });
  const made = { name, arn, assumeRolePolicy: trust, createDate: new Date(0).toISOString(), uniqueId: name };
  const properties = { ...(stored?.properties ?? made), permissionsBoundary: undefined };
  store.put({ account, type: holder, id: name, arn, properties });
  for (const policy of store.list({ account, type: inline, idBegins: `${name}:` })) {
    store.delete(account, inline, policy.id);
  }
  const policy = { [kind]: name, name: "drill", policy: everything };
  store.put({ account, type: inline, id: `${name}:drill`, arn: null, properties: policy });
}

/** What says what a principal may do, each with the ARN that a managed policy of its name has. */
export function policiesOf(
  store: Store,
  { account, kind, name }: Aim,
): readonly { readonly arn: string; readonly text: unknown }[] {
  const inline = store
    .list({ account, type: types[kind].inline, idBegins: `${name}:` })
    .map(({ properties }) => ({
      arn: `arn:aws:iam::${account}:policy/${properties.name}`,
      text: properties.policy,
    }));
  const attached = store
    .list({ account, type: types[kind].attached })
    .filter(({ properties }) => properties[kind] === name)
    .map(({ properties }) => ({
      arn: `${properties.policyArn}`,
      text: store.byArn(`${properties.policyArn}`)?.properties.policy,
    }));
  return [...inline, ...attached];
}

/** Values that a role's trust asks of a condition key. */
export function valuesInTrust({ store }: Arena, arn: string, key: string): readonly string[] {
  const trust = policyOf(store.byArn(arn)?.properties.assumeRolePolicy);
  const blocks = trust?.Statement.flatMap(({ Condition }) => Object.values(Condition ?? {})) ?? [];
  return blocks.flatMap((conditions) =>
    Object.entries(conditions).flatMap(([name, values]) =>
      name.toLowerCase() === key.toLowerCase() ? values : [],
    ),
  );
}
