import { describe, expect, test } from "vitest";
import { type Escalation, escalations } from "../../isolation/escalations.ts";
import type { PlannedPart } from "../../isolation/plan.ts";
import { assumptionsOf } from "../../isolation/proof/assumptions.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import { ruleFindings, rules } from "../../isolation/rules.ts";
import { parseWorld } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { fixtureDeployment, fixtureModel } from "./fixture.ts";
import { harmless } from "./harmless.ts";
import { brokenParts, soundParts } from "./parts.ts";

const planned = worldOf(fixtureModel(), fixtureDeployment);
const ofClass = <C extends Escalation["class"]>(wanted: C) =>
  escalations.filter((one): one is Extract<Escalation, { class: C }> => one.class === wanted);
const open = (world: typeof planned) => enumerate(world).filter(({ status }) => status !== "holds");

describe("the escalation table", () => {
  test("has all forty rows, each with a class and something that closes it", () => {
    expect(escalations.map(({ row }) => row)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    for (const one of escalations) {
      expect(one.title.length * one.control.length).toBeGreaterThan(0);
      // They are seeded in test/automation/escalation-table.test.ts, planned and deployed.
      if (one.class === "world") expect(one.seeds.length, `row ${one.row}`).toBeGreaterThan(0);
      if (one.class === "rule") expect(one.rules.length, `row ${one.row}`).toBeGreaterThan(0);
    }
  });

  test("has none of its violations in the planned world", () => {
    expect(parseWorld(planned)).toEqual({ world: planned });
    expect(open(planned)).toEqual([]);
  });
});

test.each(Object.entries(harmless))("raises nothing when %s", (_what, change) => {
  const world = change(planned);
  expect(world).not.toEqual(planned);
  expect(parseWorld(world)).toEqual({ world });
  expect(open(world)).toEqual([]);
});

test("thirty harmless variants are tried", () => {
  expect(Object.keys(harmless).length).toBeGreaterThanOrEqual(30);
});

describe("rules on planned resources", () => {
  const plan = (parts: readonly PlannedPart[]) => ({ parts, variables: ["PATH", "PULUMI_HOME"] });

  test("find nothing in sound resources", () => {
    expect(ruleFindings(plan(soundParts))).toEqual([]);
  });

  test.each(brokenParts)("row $row: $title", ({ row, parts }) => {
    const findings = ruleFindings(plan(parts));
    expect(findings).not.toEqual([]);
    expect(new Set(findings.map((finding) => finding.row))).toEqual(new Set([row]));
  });

  test("row 31: another secrets provider by the environment", () => {
    const findings = ruleFindings({ parts: soundParts, variables: ["PULUMI_CLOUD_SECRET_OVERRIDE"] });
    expect(findings).toMatchObject([{ row: 31 }]);
  });

  test("every rule row has a violation here", () => {
    const rows = new Set([31, ...brokenParts.map(({ row }) => row)]);
    expect(rows).toEqual(new Set(rules.map(({ row }) => row)));
    expect(ofClass("rule").filter(({ row }) => !rows.has(row))).toEqual([]);
  });
});

test.each(ofClass("assumption"))("row $row is said with every verdict", ({ assumption }) => {
  expect(assumptionsOf(planned)).toContain(assumption);
});
