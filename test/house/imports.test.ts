import { describe, expect, test } from "vitest";
import { type Import, importsIn, type Source, shipped, sourcesOf } from "./sources.ts";

/** Which folders each folder may import besides itself, and which of them for their types alone. */
const mayImport: Readonly<
  Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>
> = {
  spec: { values: [] },
  // The formula of a measurement that a policy names is the enclave's.
  isolation: { values: ["spec/", "enclave/pcr.ts"] },
  enclave: { values: ["spec/"] },
  release: { values: ["spec/"] },
  components: { values: ["spec/", "isolation/"], types: ["enclave/", "release/"] },
  stacks: { values: ["spec/", "isolation/", "components/"] },
  automation: { values: ["spec/", "isolation/", "components/", "stacks/", "enclave/", "release/"] },
  rehearsal: {
    // Of the isolation only the parser of policy documents and the names: the stand-in decides by itself what is allowed.
    values: ["spec/", "isolation/policy.ts", "isolation/names.ts", "enclave/", "release/"],
    types: ["automation/cloud.ts"],
  },
};

/** The seam's opener and the commands that are about rehearsing itself. */
const mayImportRehearsal = ["automation/cloud-of.ts", "automation/commands/drill.ts"];

const network = /^node:(net|http|https|http2|tls|dgram|dns)(\/|$)/;
const files = /^node:fs(\/|$)/;
const processes = /^node:child_process$/;
const pulumi = /^@pulumi\//;
const awsSdk = /^@(aws-sdk|smithy)\//;

/** What a folder's files may not import from outside, and the files that may after all. */
const mayNotUse: Readonly<
  Record<string, { readonly never: readonly RegExp[]; readonly except?: Readonly<Record<string, RegExp>> }>
> = {
  spec: { never: [pulumi, awsSdk, network, files, processes], except: { "spec/load.ts": files } },
  isolation: { never: [pulumi, awsSdk, network, files, processes] },
  enclave: { never: [pulumi, awsSdk, network, files, processes] },
  components: { never: [awsSdk, network, files, processes] },
  stacks: { never: [awsSdk, network, files, processes] },
  release: { never: [pulumi] },
};

function allowed(folder: string, source: Source, { of, typeOnly }: Import): boolean {
  const ours = shipped.some((other) => of.startsWith(`${other}/`));
  if (!ours) {
    const rule = mayNotUse[folder];
    return !rule?.never.some((pattern) => pattern.test(of)) || rule.except?.[source.path]?.test(of) === true;
  }
  const { values, types = [] } = mayImport[folder] ?? { values: [] };
  const starts = (place: string) => of.startsWith(place);
  if (starts(`${folder}/`) || values.some(starts) || (typeOnly && types.some(starts))) return true;
  return starts("rehearsal/") && mayImportRehearsal.includes(source.path);
}

describe.each(shipped)("%s/", (folder) => {
  const sources = sourcesOf(folder);

  test("imports only what the order of the folders allows", () => {
    const offences = sources.flatMap((source) =>
      source.imports
        .filter((one) => !allowed(folder, source, one))
        .map(({ of }) => `${source.path} imports ${of}`),
    );
    expect(offences).toEqual([]);
  });

  test("never imports tests or examples", () => {
    const offences = sources.flatMap(({ path, imports }) =>
      imports.filter(({ of }) => /^(test|examples)\//.test(of)).map(({ of }) => `${path} imports ${of}`),
    );
    expect(offences).toEqual([]);
  });
});

test.each(["spec", "isolation", "enclave", "components", "stacks"])(
  "%s/ asks neither its environment nor the network",
  (folder) => {
    const asks = /\bprocess\.(env|cwd|argv)\b|\bfetch\(|\bDate\.now\(|\bnew Date\(\)/;
    expect(sourcesOf(folder).flatMap(({ path, text }) => (asks.test(text) ? [path] : []))).toEqual([]);
  },
);

test("the help of the command line loads neither an SDK nor what a command does", () => {
  const sources = new Map(sourcesOf("automation").map((source) => [source.path, source]));
  // The set grows while it is walked, until nothing new is loaded.
  const loaded = new Set(["automation/main.ts"]);
  for (const path of loaded)
    for (const { of, typeOnly, late } of sources.get(path)?.imports ?? [])
      if (!typeOnly && !late) loaded.add(of);
  expect([...loaded]).toContain("automation/command-line/declarations.ts");
  expect(
    [...loaded].filter((of) => pulumi.test(of) || awsSdk.test(of) || of.startsWith("automation/commands/")),
  ).toEqual([]);
});

test("imports are read in every form that they have here", () => {
  const text = [
    'import { join } from "node:path";',
    'import type { A } from "../spec/deployment.ts";',
    'import {\n  a,\n  type B,\n} from "./names.ts";',
    'export * from "../stacks/outputs.ts";',
    'export type { C } from "./model.ts";',
    'import "./effect.ts";',
    'const late = await import("../rehearsal/seam.ts");',
  ].join("\n");
  expect(importsIn("isolation/policy.ts", text)).toEqual([
    { of: "node:path", typeOnly: false },
    { of: "spec/deployment.ts", typeOnly: true },
    { of: "isolation/names.ts", typeOnly: false },
    { of: "stacks/outputs.ts", typeOnly: false },
    { of: "isolation/model.ts", typeOnly: true },
    { of: "isolation/effect.ts", typeOnly: false },
    { of: "rehearsal/seam.ts", typeOnly: false, late: true },
  ]);
});
