import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { componentConfiguration } from "../../spec/component-configuration.ts";
import { parseWalletSpec } from "../../spec/load.ts";
import type { WalletSpec } from "../../spec/wallet-spec.ts";
import { example } from "./folder.ts";

function specificationOf(text: string): WalletSpec {
  const { file, problems } = parseWalletSpec("bd-wallet.yaml", Buffer.from(text));
  if (file === undefined) throw new Error(JSON.stringify(problems));
  return file.content;
}

const text = readFileSync(join(example, "bd-wallet.yaml"), "utf8");
const spec = specificationOf(text);
const nodes = ["policy-node0", "policy-node1", "policy-node2"];
const components = ["wallet", "orchestrator", ...nodes];

/** Every reference to a secret in a configuration. */
function references(configuration: unknown): string[] {
  return [...JSON.stringify(configuration).matchAll(/"name":"([^"]+)","type":"\w+Secret"/g)].map(
    ([, name = ""]) => name,
  );
}

describe.each(["wallet", ...nodes])("the configuration of %s", (component) => {
  test("is this part of the example's specification", async () => {
    const configuration = componentConfiguration(spec, "testnet", component);
    await expect(stringify(configuration)).toMatchFileSnapshot(`../golden/configurations/${component}.yaml`);
  });

  test("names no secret of another component", () => {
    const others = components.filter((other) => other !== component);
    const withPublicKeys = specificationOf(
      text.replaceAll(
        /^( +)private_key: \{ name: (policy-node\d)\..*$/gm,
        "$&\n$1public_key: { name: $2.node-public-key, type: awsSecret }",
      ),
    );
    const foreign = references(componentConfiguration(withPublicKeys, "testnet", component)).filter((name) =>
      others.some((other) => name.startsWith(`${other}.`)),
    );
    expect(foreign).toEqual([]);
  });
});

test("knows the environment that is deployed and no other", () => {
  const mainnet = componentConfiguration(spec, "mainnet", "wallet");
  expect(mainnet.environment).toMatchObject({ name: "mainnet", testnet: false });
  expect(JSON.stringify(mainnet)).not.toContain('"testnet":true');
  expect(() => componentConfiguration(spec, "staging", "wallet")).toThrow(/no environment staging/);
});

test("finds the orchestrator's client under either of its names", () => {
  const facade = specificationOf(text.replaceAll(/^( {6})wallet:$/gm, "$1facade:"));
  expect(componentConfiguration(facade, "testnet", "orchestrator").broker.client).toMatchObject({
    client_id: "4a6964bd-7746-5f84-b6eb-db47f05fd525",
  });
});

test("every secret of the specification reaches somebody", () => {
  const reached = new Set(
    components.flatMap((one) => references(componentConfiguration(spec, "testnet", one))),
  );
  expect(references(spec).filter((name) => !reached.has(name))).toEqual([]);
});
