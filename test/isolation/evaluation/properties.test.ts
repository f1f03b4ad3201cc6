import fc from "fast-check";
import { expect, test, vi } from "vitest";
import {
  type AccessQuestion,
  type Answer,
  indexWorld,
  mayAccess,
  type Verdict3,
} from "../../../isolation/evaluation/access.ts";
import type { World } from "../../../isolation/world.ts";
import { ask, own, type Parts, root, smallWorld } from "./small-world.ts";
import { chosenValues, type Place, type Sample, samples, statementFor } from "./worlds.ts";

const runs = { numRuns: process.env.IVAULT_FULL === "1" ? 10_000 : 600, seed: 4 };
vi.setConfig({ testTimeout: 600_000 });
const rank: Readonly<Record<Verdict3, number>> = { refused: 0, undecided: 1, allowed: 2 };

function answer(sample: Sample, parts: Parts = sample.parts, options: Partial<AccessQuestion> = {}): Answer {
  return mayAccess(
    indexWorld(smallWorld(parts)),
    ask(sample.caller, sample.action, sample.resource, options),
  );
}

/** The sample's world with one more statement in a document that bears on its request. */
const withOneMore = (effect: "Allow" | "Deny") =>
  samples.chain((sample) => {
    const trusting = sample.action === "sts:AssumeRole";
    const place = (
      ["memberKey", "memberSecret", "key", "secret", "bucket", "repository", "trust"] as const
    ).find((one) => sample.parts[one] !== undefined);
    const holder = Object.keys(sample.parts.identity ?? {})[0];
    const kind: Place = trusting ? "trust" : "resource";
    const inResource = statementFor(kind, sample.action, sample.resource).map((statement): Parts => {
      const name = place ?? "key";
      return { ...sample.parts, [name]: [...(sample.parts[name] ?? []), { ...statement, Effect: effect }] };
    });
    const inIdentity = statementFor("identity", sample.action, sample.resource).map((statement): Parts => {
      if (holder === undefined) return sample.parts;
      const held = sample.parts.identity?.[holder] ?? [];
      return { ...sample.parts, identity: { [holder]: [...held, { ...statement, Effect: effect }] } };
    });
    return fc.oneof(inResource, inIdentity).map((parts) => ({ sample, parts }));
  });

test("one more Deny never allows more", () => {
  fc.assert(
    fc.property(withOneMore("Deny"), ({ sample, parts }) => {
      expect(rank[answer(sample, parts).verdict]).toBeLessThanOrEqual(rank[answer(sample).verdict]);
    }),
    runs,
  );
});

test("one more Allow never refuses more", () => {
  fc.assert(
    fc.property(withOneMore("Allow"), ({ sample, parts }) => {
      expect(rank[answer(sample, parts).verdict]).toBeGreaterThanOrEqual(rank[answer(sample).verdict]);
    }),
    runs,
  );
});

test("an answer is undecided only where something is unknown, and says what", () => {
  fc.assert(
    fc.property(samples, (sample) => {
      const { verdict, unknowns } = answer(sample);
      expect(unknowns.length > 0).toBe(verdict === "undecided");
      // Of these worlds everything is told but one rule of AWS's.
      for (const unknown of unknowns) expect(unknown).toMatch(/^whether a boundary limits/);
    }),
    runs,
  );
});

test("the context that an answer names is one concrete request that is allowed", () => {
  fc.assert(
    fc.property(samples, (sample) => {
      const { verdict, context, statements } = answer(sample);
      if (verdict !== "allowed") return;
      expect(answer(sample, sample.parts, { closed: true, context }).verdict).toBe("allowed");
      expect(statements.length > 0 || sample.caller.includes("333333333333")).toBe(true);
    }),
    runs,
  );
});

test("what is refused is refused in every context that can be tried", () => {
  fc.assert(
    fc.property(samples, (sample) => {
      if (answer(sample).verdict !== "refused") return;
      const written = JSON.stringify(sample.parts);
      const used = Object.keys(chosenValues).filter((key) => written.includes(`"${key}"`));
      for (const context of combinations(used))
        expect(answer(sample, sample.parts, { closed: true, context }).verdict).toBe("refused");
    }),
    { ...runs, numRuns: runs.numRuns / 2 },
  );
});

function combinations(keys: readonly string[]): readonly Record<string, string | null>[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [{}];
  const values = chosenValues[key] ?? [];
  return combinations(rest).flatMap((context) =>
    values.map((value) => ({ ...context, [key]: typeof value === "string" ? value : null })),
  );
}

test("a string or a list, a bare account id or its root, and the case of names make no difference", () => {
  fc.assert(
    fc.property(samples, (sample) => {
      const world = smallWorld(sample.parts);
      const asked = ask(sample.caller, sample.action, sample.resource);
      const before = mayAccess(indexWorld(world), asked);
      const after = mayAccess(indexWorld(rewritten(world)), asked);
      const { context: _, ...told } = before;
      expect(after).toMatchObject(told);
    }),
    runs,
  );
});

/** As another tool might return the same world. */
function rewritten(world: World): World {
  const text = JSON.stringify(world, (name, value: unknown) => {
    if (["Action", "NotAction", "Resource", "NotResource", "AWS"].includes(name))
      return Array.isArray(value) && value.length === 1 ? value[0] : listed(value);
    if (name === "Statement" && Array.isArray(value) && value.length === 1) return value[0];
    return value;
  });
  return JSON.parse(
    text
      .replaceAll('"aws:UserAgent"', '"AWS:userAGENT"')
      .replaceAll("kms:RecipientAttestation:PCR0", "KMS:recipientattestation:pcr0")
      .replaceAll(`"${root(own)}"`, `"${own}"`),
  );
}

function listed(value: unknown): unknown {
  return typeof value === "string" ? [value] : value;
}
