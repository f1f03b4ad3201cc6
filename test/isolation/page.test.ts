import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { edgesOf, type PageInput, pageHtml, trustGraph } from "../../isolation/page.ts";
import { accept } from "../../isolation/proof/acceptance.ts";
import { assumptionsOf } from "../../isolation/proof/assumptions.ts";
import { modelHash } from "../../isolation/proof/model-hash.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import { reachTable } from "../../isolation/reach-table.ts";
import { withParty } from "../../isolation/seeding.ts";
import type { World } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { fixtureDeployment, fixtureModel } from "./fixture.ts";

const planned = worldOf(fixtureModel(), fixtureDeployment);

function inputOf(world: World): PageInput {
  const obligations = enumerate(world).map((one) => accept(world, one));
  const violated = obligations.some(({ status }) => status === "violated");
  const verdict = violated ? "violated" : "proven";
  const proof = {
    verdict,
    obligations,
    assumptions: assumptionsOf(world),
    modelHash: modelHash(world),
  } as const;
  return { title: "customer testnet", world, proof, cells: reachTable(world) };
}

const input = inputOf(planned);
const colour = (page: PageInput, party: string, shard: number) =>
  edgesOf(page).find((edge) => edge.party === party && edge.shard === shard)?.colour;

/** Compared with the reviewed copy; UPDATE_GOLDEN=1 writes it anew. */
function golden(name: string, text: string): void {
  const file = join(import.meta.dirname, "..", "golden", "page", name);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}

describe("the trust graph", () => {
  test("is the reviewed one for the example deployment", () => {
    golden("trust.golden.dot", trustGraph(input));
  });

  test("shows each administrator their own shard, and the hosts' owner the attested use of the others", () => {
    expect(colour(input, "actor-b", 1)).toBe("red");
    expect(colour(input, "actor-b", 2)).toBe("grey");
    expect(colour(input, "actor-a", 1)).toBe("green");
    expect(colour(input, "custodian-eli-elm", 0)).toBe("grey");
  });

  test("shows what everybody has accepted in another colour", () => {
    const spanning = withParty(planned, "actor-b", (party) => ({
      ...party,
      accounts: [...party.accounts, "333333333333"],
    }));
    const approvedBy = ["actor-a", "actor-b", "actor-c"];
    const accepted = { ...spanning, acceptedRisks: [{ party: "actor-b", reason: "one bank", approvedBy }] };
    expect(colour(inputOf(spanning), "actor-b", 2)).toBe("red");
    expect(colour(inputOf(accepted), "actor-b", 2)).toBe("amber");
  });
});

describe("the page", () => {
  const html = pageHtml(input, "<svg></svg>");

  test("says the assumptions before anything else, and loads nothing", () => {
    expect(html.indexOf("Assumptions")).toBeLessThan(html.indexOf("<svg"));
    for (const assumption of input.proof.assumptions) {
      expect(html).toContain(assumption.replaceAll("&", "&amp;").replaceAll("'", "'"));
    }
    expect(html).not.toMatch(/\b(src|href)="(?!#)/);
    expect(html).not.toContain("<script");
  });

  test("has a place for every line of the graph, with the statement that decides", () => {
    const anchors = [...trustGraph(input).matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    for (const id of anchors) expect(html).toContain(`<details id="${id}">`);
    expect(html).toContain("decided by statement KeyAdmin of the policy on");
    expect(html).toContain("decided by statement DenyUnattestedPCR0 of the policy on");
  });

  test("is safe against names that look like markup", () => {
    const named = { ...input, title: "<b>bank</b>" };
    expect(pageHtml(named, "")).not.toContain("<b>bank</b>");
  });
});
