import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonSchemas } from "../../spec/json-schemas.ts";
import { example } from "./folder.ts";

const files = {
  deployment: "deployment.yaml",
  "bd-wallet": "bd-wallet.yaml",
  bootstrap: "bootstrap.yaml",
  "customer-secrets": "customer-secrets.yml",
} as const;

describe.each(Object.keys(files) as (keyof typeof files)[])("the editors' schema of %s", (name) => {
  test("is the one that the files are checked by", async () => {
    await expect(`${JSON.stringify(jsonSchemas[name], null, 2)}\n`).toMatchFileSnapshot(
      `../../schemas/${name}.json`,
    );
  });

  test("is named in the example", () => {
    const text = readFileSync(join(example, files[name]), "utf8");
    expect(text).toContain(`# yaml-language-server: $schema=../../schemas/${name}.json\n`);
  });

  test("knows the keys that a block may have, and no others", () => {
    expect(jsonSchemas[name]).toMatchObject({ type: "object", additionalProperties: false });
  });
});
