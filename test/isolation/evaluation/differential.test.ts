import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, indexWorld, mayAccess } from "../../../isolation/evaluation/access.ts";
import { askOracle, type OracleAnswer, obtainOracle, simulationOf } from "./oracle.ts";
import { ask, smallWorld } from "./small-world.ts";
import { type Sample, samples } from "./worlds.ts";

/**
 * Not compared, because the independent evaluator is known to be wrong or silent there; the decision table has them instead: grants and
 * the root user (not modelled), NotPrincipal (exempts too much), a role's ARN where a policy names one of its sessions (the samples
 * ask as a session), unknown operators (pass its validation), encryption contexts (dropped from a request).
 */
const full = process.env.IVAULT_FULL === "1";
const worlds = full ? 50_000 : 2_000;
const batch = 2_000;
const batches = Array.from({ length: worlds / batch }, (_, index) => index);

interface Compared {
  readonly sample: Sample;
  readonly ours: Answer;
  readonly theirs: OracleAnswer;
}

async function compare(
  seed: number,
  ours: (sample: Sample) => Answer,
  form: "simulation" | "discovery",
): Promise<readonly Compared[]> {
  const drawn = fc.sample(samples, { numRuns: batch, seed });
  const theirs = await askOracle(drawn.map((sample) => simulationOf(sample)[form]));
  return drawn.map((sample, index) => ({
    sample,
    ours: ours(sample),
    theirs: theirs[index] ?? { error: "no answer" },
  }));
}

function question({ parts, caller, action, resource }: Sample, options: Parameters<typeof ask>[3]): Answer {
  return mayAccess(indexWorld(smallWorld(parts)), ask(caller, action, resource, options));
}

beforeAll(obtainOracle, 300_000);

describe.each(batches)("random worlds, batch %i", (index) => {
  test("every concrete request is answered as an independent evaluator answers it", async () => {
    const compared = await compare(
      1_000 + index,
      (sample) => question(sample, { closed: true, context: sample.context }),
      "simulation",
    );
    const disagree = compared.filter(
      ({ ours, theirs }) =>
        "error" in theirs ||
        (ours.verdict !== "undecided" && theirs.allowed !== (ours.verdict === "allowed")),
    );
    expect(disagree.slice(0, 2)).toEqual([]);
    const share = (verdict: Answer["verdict"]) =>
      compared.filter(({ ours }) => ours.verdict === verdict).length / batch;
    // A sample that is nearly always refused, or undecided, would not test much.
    expect(share("allowed")).toBeGreaterThan(0.1);
    expect(share("undecided")).toBeLessThan(0.01);
  }, 120_000);

  test("no context is found that an independent evaluator rules out", async () => {
    // It knows no contradictions between conditions, so that only this direction can be compared.
    const compared = await compare(
      500_000 + index,
      (sample) =>
        question(sample, { context: { "aws:PrincipalOrgID": organizationOf(sample), ...tagsOf(sample) } }),
      "discovery",
    );
    const disagree = compared.filter(
      ({ ours, theirs }) => "error" in theirs || (ours.verdict === "allowed" && !theirs.allowed),
    );
    expect(disagree.slice(0, 2)).toEqual([]);
  }, 120_000);
});

/** A stranger's organization and tags are its own to choose; the independent evaluator is told that it has none. */
function organizationOf({ caller }: Sample): string | null {
  return caller.includes("222222222222") ? "o-member" : null;
}

function tagsOf({ caller }: Sample): Record<string, null> {
  return caller.includes("333333333333") ? { "aws:PrincipalTag/team": null } : {};
}
