import { z } from "zod";
import { policyOf } from "../stored-policy.ts";
import type { Facts } from "./facts.ts";
import { isService } from "./principals.ts";
import type { BearingPolicy, Question } from "./question.ts";

const organizationType = "organizations:organization";
const policyType = "organizations:policy";
const organizationProperties = z.object({ managementAccount: z.string(), members: z.array(z.string()) });
/** `target`: an account's or an organization's id. */
const policyProperties = z.object({ target: z.string(), kind: z.enum(["scp", "rcp"]), policy: z.string() });

export interface Organization {
  readonly id: string;
  readonly managementAccount: string;
}

/** The services whose resources resource control policies protect (Organizations user guide, "Resource control policies"). */
const protectedServices = [
  "cognito-idp",
  "dynamodb",
  "ecr",
  "kms",
  "logs",
  "aoss",
  "s3",
  "secretsmanager",
  "sqs",
  "sts",
];

/** The organization that an account belongs to; most rehearsals have none. */
export function organizationOf(store: Facts, account: string): Organization | undefined {
  for (const { id, properties } of store.list({ type: organizationType })) {
    const { managementAccount, members } = organizationProperties.parse(properties);
    if (managementAccount === account || members.includes(account)) return { id, managementAccount };
  }
  return undefined;
}

/** Policies of organizations as they are stored, all of them or those on one account or organization. */
export function policiesOn(store: Facts, target?: string) {
  return store
    .list({ type: policyType })
    .map(({ id, properties }) => ({ id, ...policyProperties.parse(properties) }))
    .filter((one) => target === undefined || one.target === target);
}

/**
 * The organizations' policies that a request is under: service control on the caller's account, unless it manages the organization
 * or the caller is a service or a service's own role; resource control on the resource's account, unless that manages the
 * organization or the caller is a service's own role. It binds services that act for themselves (Organizations user guide, "Resource
 * control policy examples", on confused deputies).
 */
export function organizationPolicies(
  store: Facts,
  { caller, action, resourceAccount }: Question,
): readonly BearingPolicy[] {
  const stored = policiesOn(store);
  if (stored.length === 0) return [];
  const ofServiceRole = caller?.principal.includes("/AWSServiceRoleFor") ?? false;
  const governed = (account: string) => {
    const organization = organizationOf(store, account);
    return organization?.managementAccount === account ? [] : [account, organization?.id];
  };
  const targets = {
    scp: caller === null || isService(caller) || ofServiceRole ? [] : governed(caller.account),
    rcp:
      protectedServices.includes(action.split(":", 1)[0] ?? "") && !ofServiceRole
        ? governed(resourceAccount)
        : [],
  };
  return stored.flatMap(({ id, target, kind, policy }) => {
    const document = policyOf(policy);
    if (document === undefined || !targets[kind].includes(target)) return [];
    return [
      {
        kind,
        name: `${kind === "scp" ? "service" : "resource"} control policy ${id} on ${target}`,
        document,
      },
    ];
  });
}
