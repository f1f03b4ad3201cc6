import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentsOf, type NamedDocument } from "./documents.ts";
import { fixtureModel, sandboxModel } from "./fixture.ts";

const file = ({ account, name }: NamedDocument) => join(account, `${name}.json`);

describe.each([
  ["the example deployment", fixtureModel(), "policies"],
  ["a sandbox, all of it in one account", sandboxModel(), "policies-sandbox"],
])("every policy document of %s", (_, model, golden) => {
  const folder = join(import.meta.dirname, "..", "golden", golden);
  const documents = documentsOf(model);

  if (process.env.UPDATE_GOLDEN === "1") {
    rmSync(folder, { recursive: true, force: true });
    for (const document of documents) {
      const path = join(folder, file(document));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(document.document, null, 2)}\n`);
    }
  }

  test.each(documents.map((document) => [file(document), document] as const))(
    "%s is the reviewed one",
    (path, { document }) => {
      expect(document).toEqual(JSON.parse(readFileSync(join(folder, path), "utf8")));
    },
  );

  test("has a reviewed copy, and there is no copy of another", () => {
    const kept = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".json"),
    );
    expect(kept.sort()).toEqual(documents.map(file).sort());
  });
});
