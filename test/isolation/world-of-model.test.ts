import { describe, expect, test } from "vitest";
import { buildModel } from "../../isolation/build-model.ts";
import { modelHash } from "../../isolation/proof/model-hash.ts";
import { enumerate } from "../../isolation/proof/prove.ts";
import { parseWorld } from "../../isolation/world.ts";
import { worldOf } from "../../isolation/world-of-model.ts";
import { type Deployment, deploymentSchema } from "../../spec/deployment.ts";
import { fixtureDeployment, fixtureModel, fixtureServices } from "./fixture.ts";

const world = worldOf(fixtureModel(), fixtureDeployment);

function worldWith(change: Partial<Deployment>) {
  const deployment = deploymentSchema.parse({ ...fixtureDeployment, ...change });
  return worldOf(buildModel(deployment, fixtureServices), deployment);
}

const broken = (of: typeof world) =>
  enumerate(of).flatMap(({ id, status }) => (status === "holds" ? [] : [`${id} ${status}`]));
const party = (of: typeof world, id: string) => of.parties.find((one) => one.id === id);

describe("the planned world", () => {
  test("is a world file, and the same one each time", () => {
    expect(parseWorld(JSON.parse(JSON.stringify(world)))).toEqual({ world });
    expect(modelHash(worldOf(fixtureModel(), fixtureDeployment))).toBe(modelHash(world));
  });

  test("has everybody whom the deployment names", () => {
    expect(world.parties.map(({ id }) => id)).toEqual([
      "actor-a",
      "actor-b",
      "actor-c",
      "auditor-dana-dogwood",
      "custodian-eli-elm",
      "custodian-fay-fir",
    ]);
    expect(party(world, "actor-a")).toMatchObject({ accounts: ["111111111111"], holds: ["backup"] });
    expect(party(world, "custodian-fay-fir")).toMatchObject({ principals: [], holds: ["ers-key"] });
  });

  test("has every resource that carries a policy, the places of the engine's state among them", () => {
    const kinds = Object.groupBy(world.resources, ({ kind }) => kind);
    const model = fixtureModel();
    expect(kinds["kms-key"]).toHaveLength(Object.keys(model.keys).length + 3);
    expect(kinds.secret).toHaveLength(Object.keys(model.secrets).length);
    expect(kinds.bucket).toHaveLength(Object.keys(model.buckets).length + 3);
    expect(kinds["vpc-endpoint"]).toHaveLength(Object.keys(model.endpoints).length);
    expect(kinds.compute?.map(({ service }) => service)).toContain("ec2");
  });

  test("begins each vault with the sealed password, under ARNs that the resources have too", () => {
    const arns = new Set(world.resources.map(({ arn }) => arn));
    for (const shard of world.shards) {
      expect(shard.secretArns[0]).toContain("encryptor-master-password");
      for (const arn of [shard.keyArn, shard.vaultKeyArn, ...shard.secretArns]) expect(arns).toContain(arn);
    }
  });
});

describe("who is one party", () => {
  test("somebody who administers two accounts", () => {
    const { admins } = fixtureDeployment;
    const both = worldWith({
      admins: { ...admins, policyNode2: { ...admins.policyNode2, name: admins.policyNode1.name } },
    });
    expect(party(both, "actor-b")?.accounts).toEqual(["222222222222", "333333333333"]);
    expect(broken(both)).toContain("P4:actor-b violated");
  });

  test("the owner of pipelines in two accounts", () => {
    const ci = (["policyNode1", "policyNode2"] as const).map((account) => ({
      account,
      provider: "token.actions.githubusercontent.com",
      audience: "sts.amazonaws.com",
      subject: `repo:bank/vault:environment:${account}`,
      owner: "Bank at GitHub",
    }));
    expect(broken(worldWith({ ci: ci.slice(0, 1) }))).toEqual([]);
    expect(broken(worldWith({ ci }))).toContain("P4:pipelines-bank-at-github violated");
  });

  test("the organization that two accounts belong to, unless everybody accepts it", () => {
    const organization = { id: "o-bank", managementAccount: "999999999999" };
    const { accounts } = fixtureDeployment;
    const shared = {
      accounts: {
        ...accounts,
        policyNode1: { ...accounts.policyNode1, organization },
        policyNode2: { ...accounts.policyNode2, organization },
      },
    };
    expect(broken(worldWith(shared))).toEqual(["P4:organization:o-bank violated"]);
    const approvedBy = Object.values(fixtureDeployment.admins).flatMap((one) =>
      one === undefined ? [] : [one.name],
    );
    const acceptedRisks = [{ party: "organization:o-bank", reason: "one bank", approvedBy }];
    expect(worldWith({ ...shared, acceptedRisks }).acceptedRisks[0]?.approvedBy).toEqual([
      "actor-a",
      "actor-b",
      "actor-c",
    ]);
  });
});
