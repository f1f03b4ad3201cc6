import { readFileSync } from "node:fs";
import { parseWalletSpec } from "../../spec/load.ts";
import type { WalletSpec } from "../../spec/wallet-spec.ts";

/** The example's specification with every optional service placed in every environment. */
export const fullSpec: WalletSpec = withComponents([
  "wallet",
  "orchestrator",
  "approvalService",
  "policyNode0",
  "policyNode1",
  "policyNode2",
]);

/** The same with the published set: the wallet and its nodes. */
export const publishedSpec: WalletSpec = withComponents([
  "wallet",
  "policyNode0",
  "policyNode1",
  "policyNode2",
]);

function withComponents(components: WalletSpec["environments"][number]["components"]): WalletSpec {
  const path = new URL("../../examples/institution/bd-wallet.yaml", import.meta.url);
  const { file: parsed, problems } = parseWalletSpec("bd-wallet.yaml", readFileSync(path));
  if (parsed === undefined)
    throw new Error(`The example's specification is invalid: ${JSON.stringify(problems)}`);
  const { content } = parsed;
  return {
    ...content,
    environments: content.environments.map((environment) => ({ ...environment, components })),
  };
}
