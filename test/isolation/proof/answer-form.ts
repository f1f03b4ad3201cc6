import { z } from "zod";

/** The form of a witness that other programs rely on, written again here so that a change of the code cannot change it. */
const witness = z.looseObject({
  party: z.string().min(1).optional(),
  principal: z.string().min(1),
  path: z.array(z.string().min(1)),
  action: z.string().min(1),
  resource: z.string().min(1),
  context: z.record(z.string(), z.unknown()),
  statements: z.array(
    z.strictObject({
      on: z.string().min(1),
      document: z.string().regex(/^(trust|identity:.+|boundary|policy|grant:.+|scp|rcp)$/s),
      index: z.int().min(0),
      sid: z.string().optional(),
    }),
  ),
});

const obligation = z.discriminatedUnion("status", [
  z.strictObject({ id: z.string(), status: z.literal("holds") }),
  z.strictObject({ id: z.string(), status: z.enum(["violated", "undecided"]), witness }),
  z.strictObject({ id: z.string(), status: z.literal("accepted"), witness: witness.optional() }),
]);

/** P4's witness names its party: that is whom the obligation is about. */
export const obligationForm = obligation.refine(
  (one) => !one.id.startsWith("P4:") || !("witness" in one) || one.witness?.party !== undefined,
  "a witness of P4 without its party",
);

export const proofForm = z.looseObject({
  verdict: z.enum(["proven", "violated", "undecided"]),
  obligations: z.array(obligationForm),
  assumptions: z.array(z.string().min(1)),
  modelHash: z.string().regex(/^[0-9a-f]{64}$/),
});
