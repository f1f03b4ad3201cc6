import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { argumentsOf, computedOf, type Place } from "../../../rehearsal/provider/resource-type.ts";
import { resourceTypes } from "../../../rehearsal/provider/types/index.ts";

const packageFolder = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));

/** Arguments, required arguments and attributes of a type, as the installed package's generated code names them. */
function packageSays(token: string) {
  const file = token.replace(/^aws:/, "").replace(/:\w+$/, ".js");
  const code = readFileSync(join(packageFolder, file), "utf8");
  const all = (pattern: RegExp) => new Set([...code.matchAll(pattern)].map(([, name = ""]) => name));
  return {
    accepted: all(/resourceInputs\["(\w+)"\] = \(?args\?\.\w+/g),
    required: all(/Missing required property '(\w+)'/g),
    attributes: all(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g),
  };
}

const place: Place = {
  store: {
    folder: "",
    get: () => undefined,
    byArn: () => undefined,
    list: () => [],
    put: () => {},
    delete: () => {},
    transaction: (work) => work(),
    seal: () => "",
    open: () => new Uint8Array(),
    putBlob: () => "",
    getBlob: () => undefined,
    close: () => {},
  },
  caller: { account: "111111111111", principal: "arn:aws:iam::111111111111:root" },
  region: "us-east-2",
  now: new Date(0),
};

describe.each(Object.entries(resourceTypes))("%s", (token, type) => {
  const { accepted, required, attributes } = packageSays(token);

  test("takes arguments that the package has, and needs those that the package needs", () => {
    expect(argumentsOf(type).filter((each) => !accepted.has(each))).toEqual([]);
    expect([...required].filter((each) => !type.required.includes(each))).toEqual([]);
    expect(type.replaceOn.filter((each) => !argumentsOf(type).includes(each))).toEqual([]);
    expect(type.taggable ?? false).toBe(attributes.has("tagsAll"));
  });

  test("fills in every attribute that the package reads", () => {
    const given = Object.fromEntries(type.required.map((each) => [each, "given"]));
    const filledIn = Object.keys(computedOf(type, given, place));
    expect([...attributes].filter((each) => !filledIn.includes(each))).toEqual([]);
  });
});
