// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of the program, with their placeholders.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { decide } from "../../../rehearsal/authorise.ts";
import { accessCases } from "./access-cases.ts";
import { conditionCases } from "./condition-cases.ts";
import { deviation } from "./world.ts";

/** A mistake that somebody could make in the authoriser: file, text as it is, text as it would be. */
type Mutant = readonly [file: string, right: string, wrong: string];

const mutants: readonly Mutant[] = [
  ["judge", "if (denial !== undefined) {", "if (denial !== undefined && false) {"],
  ["judge", "...bearing.organization,\n    bearing.resource,", "bearing.resource,"],
  ["judge", "...bearing.identity,\n    bearing.boundary,", "bearing.boundary,"],
  ["judge", "bearing.session,\n    bearing.endpoint,", "bearing.endpoint,"],
  ["judge", "if (passed === undefined)", "if (passed === undefined && false)"],
  [
    "judge",
    'if (opened.naming === "itself") return allowed(opened.by, ...passed);',
    'if (opened.naming === "itself") return limited(question, bearing, opened.by, passed);',
  ],
  [
    "judge",
    'if (opened.naming === "role") return limited(question, bearing, opened.by, passed);',
    'if (opened.naming === "role") return allowed(opened.by, ...passed);',
  ],
  [
    "judge",
    "const needsOpening = !ownAccount || bearing.ownPolicyDecides;",
    "const needsOpening = !ownAccount;",
  ],
  [
    "judge",
    "const needsOpening = !ownAccount || bearing.ownPolicyDecides;",
    "const needsOpening = bearing.ownPolicyDecides;",
  ],
  [
    "judge",
    'if (own === undefined) return refused(question, "identity");',
    'if (own === undefined && opened === undefined) return refused(question, "identity");',
  ],
  ["judge", "caller !== null && isRoot(caller)", "caller !== null && isRoot(caller) && false"],
  ["judge", "if (withinBoundary === undefined)", "if (withinBoundary === undefined && false)"],
  ["judge", "if (withinSession === undefined)", "if (withinSession === undefined && false)"],
  ["judge", "`kms:${operation}` === action", "action.startsWith(`kms:`) && operation !== action"],
  ["judge", "keys.length === Object.keys(equals).length", "keys.length >= Object.keys(equals).length"],
  ["judge", "const ownAccount = caller.account === question.resourceAccount;", "const ownAccount = true;"],
  ["bearing", "key !== undefined ||", 'service === "kms" ||'],
  ["bearing", "key === undefined ? [] : grantsOn(store, key)", "[]"],
  ["bearing", 'service === "sts" || service === "ecr" ? "optional" : "required"', '"optional"'],
  [
    "principals",
    'named.includes(principalArn(caller))) return "role"',
    'named.includes(principalArn(caller))) return "itself"',
  ],
  [
    "principals",
    'named.some((name) => isAccount(name, caller.account)) ? "account" : undefined',
    'named.some((name) => isAccount(name, caller.account)) ? "itself" : undefined',
  ],
  ["principals", 'Effect === "Deny" ? facets.every(Boolean) : facets.some(Boolean)', "facets.some(Boolean)"],
  ["principals", "name === account || name ===", "name ==="],
  ["statements", 'holds === "unknown" && effect === "Deny"', 'holds === "unknown"'],
  [
    "statements",
    "NotAction === undefined || named(NotAction)",
    "NotAction === undefined || !named(NotAction)",
  ],
  ["statements", "!met(NotResource)", "met(NotResource)"],
  ["conditions", "if (asked === undefined && ifExists !== undefined) return true;", ""],
  [
    "conditions",
    "if (asked === undefined) return operator.negated;",
    "if (asked === undefined) return false;",
  ],
  ["conditions", "(asked ?? []).every(one)", "(asked ?? []).some(one)"],
  ["conditions", "(asked ?? []).some(one)", "(asked ?? []).every(one)"],
  ["conditions", "outcomes.includes(false)", "!outcomes.includes(true)"],
  ["conditions", "context.get(key.toLowerCase())", "context.get(key)"],
  ["conditions", "(asked === undefined) === (value", "(asked !== undefined) === (value"],
  ["patterns", '"[^:]" : "."', '"." : "."'],
  ["patterns", '`^${source(plainPieces(pattern))}$`, "is"', '`^${source(plainPieces(pattern))}$`, "s"'],
  ["patterns", "if (value === undefined) return undefined;", "if (value === undefined) return [];"],
  ["organizations", "organization?.managementAccount === account ? []", "false ? []"],
  ["patterns", 'kind === "resource" && filled.at(-1) === "any"', "false"],
  ["patterns", 'kind === "resource" && filled.at(-1) === "any"', 'kind === "resource"'],
  ["judge", '!isService(caller) ? "account" : undefined', "false ? undefined : undefined"],
  ["judge", '!isService(caller) ? "account" : undefined', '!isService(caller) ? "itself" : undefined'],
  ["organizations", "&& !ofServiceRole", "&& !ofServiceRole && !(caller && isService(caller))"],
  ["organizations", "protectedServices.includes(", "!protectedServices.includes("],
  ["context", "caller === null || isService(caller) ? undefined : caller.account", "caller?.account"],
  ["context", '"aws:PrincipalArn": arn,', '"aws:PrincipalArn": principal,'],
];

const repository = resolve(import.meta.dirname, "../../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "authoriser-mutants-"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function mutated([file, right, wrong]: Mutant, number: number): Promise<typeof decide> {
  const copy = join(folder, `${number}`, "rehearsal");
  mkdirSync(copy, { recursive: true });
  for (const name of ["arns.ts", "authorise.ts", "stored-policy.ts", "input.ts", "request.ts", "authoriser"])
    cpSync(join(repository, "rehearsal", name), join(copy, name), { recursive: true });
  const path = join(copy, "authoriser", `${file}.ts`);
  const text = readFileSync(path, "utf8");
  expect(text.split(right), `${file} holds the text once: ${right}`).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(right, () => wrong),
  );
  return (await import(/* @vite-ignore */ join(copy, "authorise.ts"))).decide;
}

test.each(
  mutants.map((mutant, number) => ({
    mutant,
    number,
    says: `${mutant[0]}: ${mutant[2] || `without ${mutant[1]}`}`,
  })),
)("the table notices $says", async ({ mutant, number }) => {
  const wrong = await mutated(mutant, number);
  const noticed = [...accessCases, ...conditionCases].filter((line) => {
    try {
      return deviation(wrong, line) !== undefined;
    } catch {
      return true; // A mistake that fails loudly is noticed too.
    }
  });
  expect(noticed).not.toEqual([]);
});
