import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { customerSecretsSchema, issuerUrl } from "../../spec/customer-secrets.ts";
import { referencesIn } from "../../spec/secret-references.ts";
import {
  environmentOf,
  optionalServices,
  placedComponents,
  type WalletSpec,
  walletSpecSchema,
} from "../../spec/wallet-spec.ts";
import { example } from "./folder.ts";

const text = readFileSync(join(example, "bd-wallet.yaml"), "utf8");

function specWith(components: string): WalletSpec {
  const published = "    components: [wallet, policyNode0, policyNode1, policyNode2]\n";
  return walletSpecSchema.parse(parse(text.replace(published, components)));
}
const nodes = "policyNode0, policyNode1, policyNode2";

describe("an environment of the specification", () => {
  it.each([
    ["", []],
    [`    components: [wallet, ${nodes}]\n`, []],
    [`    components: [wallet, ${nodes}, facade]\n`, ["orchestrator"]],
    [
      `    components: [approvalService, orchestrator, wallet, facade, ${nodes}]\n`,
      ["orchestrator", "approval-service"],
    ],
  ])("with %j adds the services %j to the published set", (components, services) => {
    const spec = specWith(components);
    expect(optionalServices(spec, "testnet")).toEqual(services);
    expect(placedComponents(spec, "testnet").filter((name) => !services.includes(name))).toEqual([
      "wallet",
      "policy-node0",
      "policy-node1",
      "policy-node2",
    ]);
    expect(optionalServices(spec, "mainnet")).toEqual([]);
  });

  it("is found by its name", () => {
    expect(environmentOf(specWith(""), "mainnet")?.testnet).toBe(false);
    expect(environmentOf(specWith(""), "other")).toBeUndefined();
  });
});

describe("references to secrets", () => {
  it("are found with their paths, whatever surrounds them", () => {
    const one = { name: "a.b#C", type: "awsSecret" };
    expect(referencesIn({ list: [{ name: "BTC", token: one }], type: "x" })).toEqual([
      { path: ["list", 0, "token"], name: "a.b#C" },
    ]);
    expect(referencesIn({ name: "BTC", type: "other" })).toEqual([]);
  });
});

describe("the issuer", () => {
  it.each([
    ["bank.okta.example", "https://bank.okta.example"],
    ["https://bank.auth0.example/", "https://bank.auth0.example"],
    ["https://login.example/tenant/v2.0", "https://login.example/tenant/v2.0"],
  ])("%s is an address", (issuer, address) => {
    expect(customerSecretsSchema.shape.ISSUER.parse(issuer)).toBe(issuer);
    expect(issuerUrl({ ISSUER: issuer } as Parameters<typeof issuerUrl>[0])).toBe(address);
  });

  it.each(["http://bank.example", "ftp://bank.example", "bank", "bank.example with spaces"])(
    "%s is refused",
    (issuer) => {
      expect(customerSecretsSchema.shape.ISSUER.safeParse(issuer).success).toBe(false);
    },
  );
});
