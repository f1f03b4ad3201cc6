import { createHash } from "node:crypto";
import { type PolicyDocument, policyText } from "../isolation/policy.ts";
import { type AccountKey, accountIdOf } from "../spec/deployment.ts";
import type { Inputs } from "../spec/inputs.ts";
import type { Store, StoredObject } from "./store.ts";
import { seedVendor } from "./vendor.ts";
import { parentZone } from "./zones.ts";

/** A role that an account's owner makes before the first run. */
export interface OwnersRole {
  readonly account: AccountKey;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly identity: readonly { readonly name: string; readonly document: PolicyDocument }[];
  readonly maxSessionSeconds?: number;
}

/**
 * What exists before the first step, made by the accounts' owners and the vendor: deploy roles, the parent zone, the release. It is
 * no request, and what is there already stays as it is. Returns the vendor's public key (PEM).
 */
export function seed(
  store: Store,
  { deployment, walletSpec, bootstrapSpec }: Inputs,
  ownersRoles: readonly OwnersRole[],
  now: Date,
): string {
  const objects = [
    ...ownersRoles.flatMap((role) => roleObjects(accountIdOf(deployment, role.account), role, now)),
    parentZone(accountIdOf(deployment, "infrastructure"), deployment.dns.parentZone),
  ];
  store.transaction(() => {
    for (const object of objects) {
      if (store.get(object.account, object.type, object.id) === undefined) store.put(object);
    }
  });
  return seedVendor({
    store,
    deployment,
    walletSpec: walletSpec.text,
    bootstrapSpec: bootstrapSpec.text,
    now,
  }).vendorKeyPem;
}

/** A role and its inline policies as the engine's provider would have stored them. */
export function roleObjects(account: string, role: OwnersRole, now: Date): StoredObject[] {
  const uniqueId = `AROA${createHash("sha256").update(role.arn).digest("hex").toUpperCase().slice(0, 17)}`;
  const properties = {
    name: role.name,
    arn: role.arn,
    path: "/",
    uniqueId,
    createDate: now.toISOString(),
    description: role.description,
    maxSessionDuration: role.maxSessionSeconds ?? 3600,
    assumeRolePolicy: policyText(role.trust),
    tags: {},
  };
  return [
    { account, type: "aws:iam/role:Role", id: role.name, arn: role.arn, properties },
    ...role.identity.map(({ name, document }) => ({
      account,
      type: "aws:iam/rolePolicy:RolePolicy",
      id: `${role.name}:${name}`,
      arn: null,
      properties: { role: role.name, name, policy: policyText(document) },
    })),
  ];
}
