import { createHash } from "node:crypto";
import { z } from "zod";

/** What can happen to a request on its way or at the service. */
const kinds = [
  /** The service did it, and its answer never arrived: the connection ended. */
  "lost",
  /** The connection ended before the service saw the request. */
  "reset",
  /** The service did it, and its answer is still on its way when everything ends. */
  "held",
  /** The service has not begun when everything ends. */
  "stuck",
  "slow",
  "throttled",
  "unavailable",
  "expired",
  "revoked",
  "skewed",
  "quota",
] as const;
export type FaultKind = (typeof kinds)[number];

const plannedFault = z.strictObject({
  kind: z.enum(kinds),
  /** IAM action with its prefix, `kms:CreateKey`. */
  action: z.string().optional(),
  /** Type of the resource that the request makes, as the engine names it; `any`: whichever it is. */
  creates: z.string().optional(),
  /** Account of the caller, 12 digits. */
  account: z.string().optional(),
  /** How many matching requests go well before. */
  after: z.number().int().min(0).default(0),
  /** How many matching requests it strikes then. */
  times: z.union([z.number().int().min(1), z.literal("all")]).default(1),
});

/** Faults of a run as data: exact ones, for tests of one fault, and noise, for tests of endurance. */
export const faultPlan = z.strictObject({
  faults: z.array(plannedFault).default([]),
  /** Faults that pass by themselves strike this share of all requests, drawn by the seed. */
  noise: z.strictObject({ seed: z.number().int(), share: z.number().min(0).max(1) }).optional(),
  /** For so many requests after a role was made, policies that name it are refused: the other services do not know it yet. */
  youngRoles: z.number().int().min(0).default(0),
});
export type FaultPlan = z.infer<typeof faultPlan>;
export type PlannedFault = FaultPlan["faults"][number];

/** What a fault is chosen by. */
export interface Asked {
  /** Number of the request in this process, from 0. */
  readonly index: number;
  readonly action: string;
  readonly account: string;
  readonly creates?: string | undefined;
  /** Roles that the request's policies name as principals. */
  readonly namedRoles: readonly string[];
}

/** What has been seen so far: requests that each planned fault matched, and when roles were made. */
export interface Seen {
  readonly matches: readonly number[];
  readonly births: Readonly<Record<string, number>>;
}

export const nothingSeen: Seen = { matches: [], births: {} };

export type Fault = { readonly kind: FaultKind } | { readonly kind: "young-role"; readonly role: string };

/** A number in [0, 1) that always follows from the same parts. */
function drawn(...parts: readonly (string | number)[]): number {
  return createHash("sha256").update(parts.join("\n")).digest().readUInt32BE() / 2 ** 32;
}

const passing = ["throttled", "throttled", "unavailable", "reset", "slow"] as const;

/**
 * The faults of a seed: noise on 5 to 50 % of the requests, and for one seed in four each a lost answer, credentials that end midway,
 * a full quota, and roles that other services do not know at once.
 */
export function planOfSeed(seed: number): FaultPlan {
  const oneInFour = (name: string, kind: FaultKind, times: PlannedFault["times"]): PlannedFault[] =>
    drawn(seed, name) < 0.25 ? [{ kind, after: Math.floor(drawn(seed, name, "after") * 400), times }] : [];
  return {
    faults: [
      ...oneInFour("lost", "lost", 1),
      ...oneInFour("expired", "expired", "all"),
      ...oneInFour("quota", "quota", 1),
    ],
    noise: { seed, share: 0.05 + 0.45 * drawn(seed, "share") },
    youngRoles: drawn(seed, "young") < 0.25 ? 10 : 0,
  };
}

/** Which fault, if any, strikes a request, and what has been seen then. */
export function decideFault(
  plan: FaultPlan,
  seen: Seen,
  asked: Asked,
): { readonly fault: Fault | undefined; readonly seen: Seen } {
  const matches = plan.faults.map((fault, at) => (seen.matches[at] ?? 0) + (matching(fault, asked) ? 1 : 0));
  const struck = plan.faults.find((fault, at) => matching(fault, asked) && strikes(fault, matches[at] ?? 0));
  const after = { ...seen, matches };
  if (struck !== undefined) return { fault: { kind: struck.kind }, seen: after };
  const young = asked.namedRoles.find((role) => isYoung(seen.births[role], asked.index, plan.youngRoles));
  if (young !== undefined) return { fault: { kind: "young-role", role: young }, seen: after };
  return { fault: noise(plan, asked), seen: after };
}

/** A role's age is counted in requests, so that a slow machine changes nothing. */
export function roleMade(seen: Seen, role: string, index: number): Seen {
  return { ...seen, births: { ...seen.births, [role]: index } };
}

function matching({ action, creates, account }: PlannedFault, asked: Asked): boolean {
  return (
    (action === undefined || action === asked.action) &&
    (creates === undefined ||
      creates === asked.creates ||
      (creates === "any" && asked.creates !== undefined)) &&
    (account === undefined || account === asked.account)
  );
}

function strikes({ after, times }: PlannedFault, nth: number): boolean {
  return nth > after && (times === "all" || nth <= after + times);
}

function isYoung(birth: number | undefined, index: number, lasts: number): boolean {
  return birth !== undefined && index - birth <= lasts;
}

function noise({ noise: drawnBy }: FaultPlan, { index, action }: Asked): Fault | undefined {
  if (drawnBy === undefined || drawn(drawnBy.seed, index, action) >= drawnBy.share) return undefined;
  const kind = passing[Math.floor(drawn(drawnBy.seed, index, action, "kind") * passing.length)];
  return kind === undefined ? undefined : { kind };
}
