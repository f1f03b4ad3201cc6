import { compare } from "bcryptjs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { runtimeCheck } from "../../../automation/actions/doctor.ts";
import { until } from "../../../automation/actions/poll.ts";
import { canonicalJson, type Json } from "../../../automation/text/canonical-json.ts";
import { lineDiff } from "../../../automation/text/line-diff.ts";
import { certificateRequest, newKeyPair } from "../../../automation/values/certificates.ts";
import { bundleProblems, bundleSha256 } from "../../../automation/values/peer-bundle.ts";
import {
  databaseValue,
  keyLine,
  newBrokerValue,
  newDatabaseValue,
  parseValue,
  publicKeyOfLine,
} from "../../../automation/values/vault-values.ts";
import {
  type WalletSources,
  type WalletValues,
  walletValues,
} from "../../../automation/values/wallet-values.ts";
import { namesOf } from "../../../isolation/names.ts";
import { nodeNumbers } from "../../../spec/deployment.ts";
import { fixtureDeployment } from "../../isolation/fixture.ts";

describe("canonical JSON", () => {
  test("sorts names by code unit and keeps lists, as in RFC 8785", () => {
    expect(canonicalJson({ b: [3, "x", null], a: { "\u20ac": true, "\r": 1, A: false } })).toBe(
      '{"a":{"\\r":1,"A":false,"\u20ac":true},"b":[3,"x",null]}',
    );
  });

  test("is the same for the same value in any order, and means the value", () => {
    const value = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.array(fc.boolean())));
    fc.assert(
      fc.property(value, (record) => {
        const turned = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalJson(turned as Json)).toBe(canonicalJson(record as Json));
        expect(JSON.parse(canonicalJson(record as Json))).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });
});

test("a difference of lines holds exactly what the texts do not share", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = lineDiff(before.join("\n"), after.join("\n"));
      const removed = diff.filter((line) => line.startsWith("- ")).length;
      const added = diff.filter((line) => line.startsWith("+ ")).length;
      expect(removed + added).toBe(diff.length);
      expect(before.length - removed).toBe(after.length - added);
      expect(lineDiff(before.join("\n"), before.join("\n"))).toEqual([]);
    }),
  );
  expect(lineDiff("a\nb\nc", "a\nx\nc\nd")).toEqual(["- b", "+ x", "+ d"]);
});

describe("values of the vault", () => {
  test("carry what is public of them", async () => {
    const broker = await newBrokerValue();
    expect(broker.PASSWORD_HASH).toMatch(/^\$2[aby]\$11\$/);
    expect(await compare(broker.PASSWORD, broker.PASSWORD_HASH)).toBe(true);
    expect(newDatabaseValue("approval-service", "db").USERNAME).toBe("approval_service");
    const { privateKey, publicKey } = await newKeyPair();
    expect(publicKeyOfLine("key", keyLine(privateKey))).toBe(publicKey);
  });

  test("of another form are refused without being repeated", () => {
    const attempts = ["canary-not-json", '{"DB_PASSWORD":"canary","canary-key":1}', '"canary"'];
    for (const text of attempts) {
      expect(() => parseValue(databaseValue, "wallet.db-info", text)).toThrow(/wallet\.db-info/);
      expect(() => parseValue(databaseValue, "wallet.db-info", text)).not.toThrow(/canary/);
    }
    expect(() => publicKeyOfLine("node-private-key", "canary")).not.toThrow(/canary/);
  });
});

describe("what wallet and broker hold", () => {
  const names = namesOf(fixtureDeployment);
  const now = new Date("2026-11-01T12:00:00Z");
  let sources: WalletSources;
  let first: WalletValues;
  beforeAll(async () => {
    const node = async (number: 0 | 1 | 2) => {
      const { publicKey } = await newKeyPair();
      const tls = await newKeyPair();
      return {
        publicKey,
        configurationPublicKey: publicKey,
        tlsRequest: await certificateRequest(names.nodeHost(number), tls.privateKey),
        databaseVerifier: "SCRAM-SHA-256$4096:c2FsdA==$a:b",
        brokerPasswordHash: `$2b$11$${"a".repeat(53)}`,
      };
    };
    sources = {
      names,
      services: ["wallet", "approval-service"],
      databaseHost: "wallet.rds.amazonaws.com",
      nodes: { 0: await node(0), 1: await node(1), 2: await node(2) },
      customerSecrets: undefined,
    };
    first = await walletValues({}, sources, now);
  });

  test("is the same again, and follows nothing but what changed", async () => {
    expect(await walletValues(first.values, sources, now)).toEqual(first);
    const moved = await walletValues(first.values, { ...sources, databaseHost: "restored" }, now);
    const changed = Object.keys(moved.values).filter((name) => moved.values[name] !== first.values[name]);
    expect(changed).toEqual(["wallet.db-info", "approval-service.db-info"]);
  });

  test("has a user at the broker for every service and node", () => {
    const users = [...(first.values["broker.users"] ?? "").matchAll(/^password_(\w+):/gm)].map(
      ([, user]) => user,
    );
    expect(users).toEqual(["approver", "node0", "node1", "node2", "wallet"]);
  });

  test("gets new certificates before the old ones end, of the same authority and for the nodes' same keys", async () => {
    const renewed = await walletValues(first.values, sources, new Date("2027-11-10T00:00:00Z"));
    expect(renewed.authority).toBe(first.authority);
    for (const node of nodeNumbers) {
      expect(renewed.peers[String(node)]?.certificate).not.toBe(first.peers[String(node)]?.certificate);
      expect(renewed.peers[String(node)]?.publicKey).toBe(first.peers[String(node)]?.publicKey);
    }
  });

  test("makes a bundle that every node accepts, and that no altered one passes for", async () => {
    const { authority, peers } = first;
    const bundle = {
      authority,
      peers,
      bundleSha256: bundleSha256(authority, peers),
      ersPublicKey: "AAAA",
      revision: "1",
    };
    expect(await bundleProblems(bundle, sources.nodes, names)).toEqual([]);
    const [one, two] = [peers["1"], peers["2"]];
    if (one === undefined || two === undefined) throw new Error("a bundle of three was made");
    const swapped = { ...peers, "1": two, "2": one };
    const forged = { ...bundle, peers: swapped, bundleSha256: bundleSha256(authority, swapped) };
    expect(await bundleProblems(forged, { 1: sources.nodes[1] }, names)).toHaveLength(3);
    expect(await bundleProblems({ ...bundle, peers: { "0": one } }, {}, names)).toHaveLength(3);
  });
});

describe("waiting", () => {
  test("looks at once, then in intervals, and gives up", async () => {
    const pauses: number[] = [];
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    const patience = { everyMilliseconds: 7, attempts: 3 };
    expect(await until(async () => "there", pause, patience)).toBe("there");
    expect(pauses).toEqual([]);
    expect(await until(async () => undefined, pause, patience)).toBeUndefined();
    expect(pauses).toEqual([7, 7]);
  });
});

test.each([
  ["22.18.0", true],
  ["24.21.0", true],
  ["22.17.9", false],
  ["20.19.0", false],
])("Node %s is accepted: %s", (version, ok) => {
  expect(runtimeCheck(version).ok).toBe(ok);
});
