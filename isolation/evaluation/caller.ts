import type { ListedPrincipal } from "../world.ts";
import { accountOfRoot, type IndexedWorld, lastPart, sessionOf } from "./index-world.ts";

export interface Principal {
  /** A role's ARN stands for its sessions; a session's ARN for that one. A service's name for kind `service`. */
  readonly arn: string;
  readonly account: string;
  readonly kind: "role" | "user" | "root" | "service" | "federated" | "unlisted";
}

/** Who asks, as policies see them. */
export interface Caller {
  readonly type: "role" | "user" | "root" | "service" | "federated";
  /** What aws:PrincipalArn holds: the role's ARN for a session. */
  readonly arn: string;
  readonly account: string;
  /** undefined: the caller chooses its session's name. */
  readonly session?: string;
  readonly listed?: ListedPrincipal;
  readonly serviceLinked: boolean;
}

export function callerOf(world: IndexedWorld, { arn, account, kind }: Principal): Caller {
  if (kind === "service" || kind === "federated")
    return { type: kind, arn, account: "", serviceLinked: false };
  if (kind === "root" || accountOfRoot(arn) !== undefined)
    return { type: "root", arn: `arn:aws:iam::${account}:root`, account, serviceLinked: false };
  const session = sessionOf(arn);
  const known =
    session === undefined ? world.principals.get(arn) : world.roles.get(`${account}/${session.role}`);
  const roleArn =
    session === undefined ? arn : (known?.arn ?? `arn:aws:iam::${account}:role/${session.role}`);
  return {
    type: kind === "user" || /:user\//.test(roleArn) ? "user" : "role",
    arn: roleArn,
    account,
    ...(session === undefined ? {} : { session: session.name }),
    ...(known === undefined ? {} : { listed: known }),
    serviceLinked: roleArn.includes(":role/aws-service-role/"),
  };
}

/** The role's name as it stands in the ARN of a session. */
export function isSessionOf(
  { type, arn, account }: Caller,
  session: { account: string; role: string },
): boolean {
  return type === "role" && session.account === account && session.role === lastPart(arn);
}
