import { z } from "zod";
import type { OneOrMany, Statement } from "../isolation/policy.ts";

/** A policy document as it lies on a stored resource: read leniently, for the stand-in also holds what others wrote. */
export interface StoredPolicy {
  /** Policy variables mean something in this version alone; in the older one `${…}` is plain text. */
  readonly Version: "2012-10-17" | "2008-10-17";
  readonly Statement: readonly Statement[];
}

const oneOrMany = z.union([z.string(), z.array(z.string())]);
/** Conditions may hold JSON's own booleans and numbers; AWS compares them as texts. */
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const values = z.union([scalar, z.array(scalar)]);
const principal = z.union([z.literal("*"), z.record(z.string(), oneOrMany)]);
const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  NotResource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).optional(),
});
const document = z.object({
  Version: z.enum(["2012-10-17", "2008-10-17"]).default("2008-10-17"),
  Statement: z.union([z.array(statement), statement.transform((one) => [one])]),
});

/** Documents by their text: the same few hundred texts are asked about all the time. */
const parsed = new Map<string, StoredPolicy>();
const mostTexts = 5_000;

/** The policy that lies on a stored resource as its text; undefined where there is none. */
export function policyOf(text: unknown): StoredPolicy | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const read = document.parse(JSON.parse(text));
  if (parsed.size >= mostTexts) parsed.clear();
  parsed.set(text, read);
  return read;
}

export function asList(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
