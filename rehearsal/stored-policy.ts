import { z } from "zod";
import type { OneOrMany, PolicyDocument } from "../isolation/policy.ts";

const oneOrMany = z.union([z.string(), z.array(z.string())]);
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
  Condition: z.record(z.string(), z.record(z.string(), oneOrMany)).optional(),
});
const document = z.object({
  Version: z.literal("2012-10-17"),
  Statement: z.union([z.array(statement), statement.transform((one) => [one])]),
});

/** The policy that lies on a stored resource as its text; undefined where there is none. */
export function policyOf(text: unknown): PolicyDocument | undefined {
  return typeof text === "string" && text !== "" ? document.parse(JSON.parse(text)) : undefined;
}

export function asList(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
