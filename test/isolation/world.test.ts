import { describe, expect, test } from "vitest";
import { parseWorld } from "../../isolation/world.ts";
import { smallWorld } from "./evaluation/small-world.ts";

const sound = smallWorld({});
const shard = {
  node: 0,
  account: "111111111111",
  keyArn: "arn:aws:kms:eu-central-1:111111111111:key/a",
  vaultKeyArn: "arn:aws:kms:eu-central-1:111111111111:key/b",
  secretArns: ["arn:aws:secretsmanager:eu-central-1:111111111111:secret:a-AbCdEf"],
  nodeRoleArn: "arn:aws:iam::111111111111:role/node",
  pcrs: { "0": ["0".repeat(96)], "3": [] },
  keyAdminArns: [],
  sealerArns: [],
  readerArns: [],
  verifierArns: [],
  hostAdminArns: [],
};

describe("a world file", () => {
  test("is read", () => {
    expect(parseWorld(sound)).toEqual({ world: sound });
    expect(parseWorld({ ...sound, shards: [shard] })).toHaveProperty("world.shards.0.node", 0);
  });

  test("may leave out lists that are empty, and facts that are not known", () => {
    const { keyAdminArns: _, ...rest } = shard;
    const { organizationPolicies: __, acceptedRisks: ___, ...few } = sound;
    const read = parseWorld({
      ...few,
      accounts: [{ id: "111111111111" }],
      shards: [rest],
      parties: [{ id: "actor-a", principals: [] }],
    });
    expect(read).toHaveProperty("world.shards.0.keyAdminArns", []);
    expect(read).toHaveProperty("world.acceptedRisks", []);
    expect(read).toHaveProperty("world.parties.0.holds", []);
    expect(read).not.toHaveProperty("world.accounts.0.organization");
  });

  test.each<readonly [string, unknown, RegExp]>([
    ["another version", { ...sound, version: 2 }, /^version: /],
    ["a version as text", { ...sound, version: "1" }, /^version: /],
    ["an unknown property", { ...sound, extra: true }, /^world: .*extra/],
    ["an unknown property below", { ...sound, shards: [{ ...shard, pcr0: [] }] }, /^shards\.0: .*pcr0/],
    ["an unknown profile", { ...sound, profile: "development" }, /^profile: /],
    [
      "an account id that is none",
      { ...sound, accounts: [{ id: "1", organization: null }] },
      /^accounts\.0\.id: /,
    ],
    [
      "a measurement that is none",
      { ...sound, shards: [{ ...shard, pcrs: { "0": ["ab"] } }] },
      /^shards\.0\.pcrs\.0\.0: /,
    ],
    [
      "a measurement's number that is none",
      { ...sound, shards: [{ ...shard, pcrs: { "32": [] } }] },
      /^shards\.0\.pcrs/,
    ],
    [
      "a principal that is listed twice",
      { ...sound, principals: [sound.principals[0], sound.principals[0]] },
      /^principals\.1: .*listed already/,
    ],
    ["a list", [], /^world: /],
    ["nothing", null, /^world: /],
  ])("is refused with its place: %s", (_, json, place) => {
    const read = parseWorld(json);
    expect("problems" in read ? read.problems : []).toEqual([expect.stringMatching(place)]);
  });
});
