import type { Principal, StatementReference } from "../evaluation/access.ts";
import type { ListedPrincipal, World } from "../world.ts";
import { accountOf } from "./parties.ts";

/** What a principal of a closure may do: what its policies say, or everything, because somebody of the closure writes them. */
export type Powers = "as listed" | "everything";

export interface Actor {
  readonly principal: Principal;
  readonly powers: Powers;
}

/** An actor of a closure, and how the party came to it. */
export interface Member extends Actor {
  readonly path: readonly string[];
  readonly statements: readonly StatementReference[];
  /** No step depends on an unknown. */
  readonly certain: boolean;
}

export function listedPrincipal({ arn, kind }: ListedPrincipal): Principal {
  return { arn, account: accountOf(arn), kind };
}

export function rootOf(account: string): Principal {
  return { arn: `arn:aws:iam::${account}:root`, account, kind: "root" };
}

/** A role and a user of the account whom nobody has listed; the proof assumes that there are such who may do everything. */
export function unlistedIn(account: string): Principal[] {
  const named = (type: string): Principal => ({
    arn: `arn:aws:iam::${account}:${type}/unlisted`,
    account,
    kind: "unlisted",
  });
  return [named("role"), named("user")];
}

/** The principal behind an ARN: listed, a root, or unlisted. Of a role's session it is the role. */
export function principalOf(world: World, arn: string): Principal {
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  const listed = world.principals.find((one) =>
    session === null
      ? one.arn === arn
      : one.arn.startsWith(`arn:aws:iam::${session[1]}:role/`) && one.arn.endsWith(`/${session[2]}`),
  );
  if (listed !== undefined) return listedPrincipal(listed);
  if (arn.endsWith(":root")) return rootOf(accountOf(arn));
  return { arn, account: accountOf(arn), kind: "unlisted" };
}
