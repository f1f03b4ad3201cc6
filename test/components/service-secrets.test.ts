import { output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { secretVariables } from "../../components/service-secrets.ts";
import { fixtureModel, fixtureServices } from "../isolation/fixture.ts";

const arns = Object.fromEntries(Object.keys(fixtureModel().secrets).map((name) => [name, `arn:${name}`]));

async function variablesOf(workload: string): Promise<Record<string, string>> {
  const resolved = output(secretVariables(workload, fixtureServices, arns));
  return new Promise((resolve) => resolved.apply((value) => resolve(value as Record<string, string>)));
}

test("a service gets its own secrets, with its certificate in three parts", async () => {
  expect(await variablesOf("orchestrator")).toEqual({
    DB_INFO: "arn:orchestrator.db-info",
    BROKER_INFO: "arn:orchestrator.broker-info",
    TLS_CERTIFICATE: "arn:orchestrator.tls:CERTIFICATE::",
    TLS_PRIVATE_KEY: "arn:orchestrator.tls:PRIVATE_KEY::",
    TLS_AUTHORITY: "arn:orchestrator.tls:AUTHORITY::",
  });
});

test("the wallet gets the customer's secrets besides its own, and nobody else's", async () => {
  const variables = await variablesOf("wallet");
  expect(Object.keys(variables)).toEqual(
    expect.arrayContaining([
      "DB_INFO",
      "OIDC",
      "UBIQUITY_ORG_USERNAME",
      "UBIQUITY_AUTH_TOKEN",
      "CHAINALYSIS",
      "ERS_PUBLIC_KEY",
    ]),
  );
  expect(Object.values(variables).join(" ")).not.toMatch(/policy-node|orchestrator|arn:broker/);
});

test("a secret that the vault does not have is named", () => {
  expect(() => secretVariables("wallet", fixtureServices, {})).toThrow(/no secret called wallet.db-info/);
});
