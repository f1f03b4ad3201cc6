import { expect, test } from "vitest";
import { Refusal } from "../../../automation/errors.ts";
import { requireProof } from "../../../automation/guards/planned-proof.ts";
import { worldSeeds } from "../../../isolation/escalation-seeds.ts";
import { enumerate } from "../../../isolation/proof/prove.ts";
import { worldOf } from "../../../isolation/world-of-model.ts";
import { fixtureDeployment, fixtureModel } from "../../isolation/fixture.ts";

const rest = { assumptions: [], modelHash: "" };

test("a proven plan passes", () => {
  requireProof({ ...rest, verdict: "proven", obligations: [] });
});

test("a plan that breaks the promise is refused, with the way to the shard in words", () => {
  const planned = worldOf(fixtureModel(), fixtureDeployment);
  const [shard] = planned.shards;
  const [seed] = worldSeeds[1] ?? [];
  if (shard === undefined || seed === undefined) throw new Error("The example has no shard.");
  const obligations = enumerate(seed(planned, shard));
  const refused = () => requireProof({ ...rest, verdict: "violated", obligations });
  expect(refused).toThrow(Refusal);
  expect(refused).toThrow(/P2:0 violated.*kms:PutKeyPolicy.*decided by statement Seeded/s);
});
