import type { ListedPrincipal, World, WorldResource } from "../world.ts";
import { type DocumentKind, type ParsedDocument, parseDocument } from "./policy.ts";

export type Document = ParsedDocument | { readonly problem: string };

export interface IndexedWorld {
  readonly world: World;
  readonly principals: ReadonlyMap<string, ListedPrincipal>;
  /** Roles by account and name, `111111111111/name`: a session's ARN tells no path. */
  readonly roles: ReadonlyMap<string, ListedPrincipal>;
  readonly resources: ReadonlyMap<string, WorldResource>;
  readonly accounts: ReadonlyMap<string, World["accounts"][number]>;
  /** Reads a document once. */
  readonly read: (document: unknown, kind: DocumentKind) => Document;
}

/** Prepares a world for many questions. */
export function indexWorld(world: World): IndexedWorld {
  const parsed = new Map<unknown, Document>();
  return {
    world,
    principals: new Map(world.principals.map((one) => [one.arn, one])),
    roles: new Map(
      world.principals
        .filter(({ kind }) => kind === "role")
        .map((one) => [`${accountOf(one.arn)}/${lastPart(one.arn)}`, one]),
    ),
    resources: new Map(world.resources.map((one) => [one.arn, one])),
    accounts: new Map(world.accounts.map((one) => [one.id, one])),
    read: (document, kind) => {
      const known = parsed.get(document);
      if (known !== undefined) return known;
      const fresh = parseDocument(document, kind);
      parsed.set(document, fresh);
      return fresh;
    },
  };
}

export function accountOf(arn: string): string | undefined {
  const account = arn.split(":")[4] ?? "";
  return /^\d{12}$/.test(account) ? account : undefined;
}

export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

const rootArn = /^arn:[^:]+:iam::(\d{12}):root$/;

/** The account whose root an ARN or a bare account id stands for. */
export function accountOfRoot(written: string): string | undefined {
  return /^\d{12}$/.test(written) ? written : rootArn.exec(written)?.[1];
}

const sessionArn = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

export function sessionOf(
  arn: string,
): { readonly account: string; readonly role: string; readonly name: string } | undefined {
  const [, account, role, name] = sessionArn.exec(arn) ?? [];
  return account === undefined || role === undefined || name === undefined
    ? undefined
    : { account, role, name };
}
