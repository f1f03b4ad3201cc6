import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../automation/errors.ts";
import { readWorldFile } from "../../automation/world-file.ts";
import { accept } from "../../isolation/proof/acceptance.ts";
import { enumerate, prove } from "../../isolation/proof/prove.ts";
import { smtQuestions } from "../../isolation/smt/questions.ts";
import { obligationForm, proofForm } from "../isolation/proof/answer-form.ts";
import { provenWorld } from "../isolation/proof/worlds.ts";
import { mutate, mutations } from "../support/mutations.ts";

const full = process.env.IVAULT_FULL === "1";
const folder = mkdtempSync(join(tmpdir(), "ivault-worlds-"));

function worldFile(content: string | Uint8Array): string {
  const file = join(folder, "world.json");
  writeFileSync(file, content);
  return file;
}

/** What a person is told of a file that is no world: one short text without a stack trace. */
async function refusalOf(file: string): Promise<string> {
  const refused: unknown = await readWorldFile(file).catch((error: unknown) => error);
  if (!(refused instanceof UserError)) throw refused;
  const { message, hint = "", file: named } = refused.details;
  expect(refused.exitCode).toBe(2);
  expect(named).toBe(file);
  expect(message.startsWith(file)).toBe(true);
  expect(message.length).toBeLessThan(20_000);
  for (const text of [message, hint]) expect(text).not.toMatch(/\n +at |\[object|\bundefined\b/);
  return message.replaceAll(file, "FILE");
}

/** The proven world with one change, as text. */
function worldWith(change: (world: ReturnType<typeof provenWorld>) => unknown): string {
  const world = provenWorld();
  change(world);
  return JSON.stringify(world);
}
const text = JSON.stringify(provenWorld());
const [shard] = provenWorld().shards;

describe("a file that is no world is refused as wrong input", () => {
  test.each<readonly [string, string | Uint8Array, RegExp]>([
    ["an empty file", "", /^FILE is no readable JSON: it is empty$/],
    ["blanks", " \n\t", /it is empty$/],
    ["half a file", text.slice(0, text.length / 2), /no readable JSON: /],
    ["two documents", `${text}${text}`, /no readable JSON: /],
    ["a comment", `// a world\n${text}`, /no readable JSON: /],
    ["a number that JSON lacks", '{"version":NaN}', /no readable JSON: /],
    ["bytes", Uint8Array.from({ length: 4096 }, (_, index) => index % 256), /it is no text in UTF-8$/],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le"), /it is no text in UTF-8$/],
    ["control characters", "\u0000\u001b[31m\u202e", /^[^\p{Cc}\p{Cf}]+$/u],
    ["null", "null", /^FILE: world: found nothing; accepted: a block of keys$/],
    ["a list", "[]", /^FILE: world: found a list; accepted: a block of keys$/],
    ["a text", '"world"', /^FILE: world: found "world"; accepted: a block of keys$/],
    ["nothing in it", "{}", /^FILE: version: is missing; accepted: 1\nFILE: profile: is missing/],
    ["another version", worldWith((world) => Object.assign(world, { version: 2 })), /version: found 2; acc/],
    [
      "a list instead of a map",
      worldWith((world) => Object.assign(world, { shards: {} })),
      /accepted: a list/,
    ],
    [
      "an unknown key",
      worldWith((world) => Object.assign(world.shards[0] ?? {}, { pcr: {} })),
      /^FILE: shards\.0: unknown key "pcr"; accepted: node, account, keyArn, /,
    ],
    [
      "an unknown key in what is nested",
      worldWith((world) => Object.assign(world.principals[0]?.identity[0] ?? {}, { Document: {} })),
      /^FILE: principals\.0\.identity\.0: unknown key "Document"; accepted: name, document$/,
    ],
    ["a key named __proto__", text.replace(/}$/, ',"__proto__":{}}'), /world: unknown key "__proto__"/],
    ["a name twice", text.replace(/}$/, ',"parties":[]}'), /^FILE:1:\d+ the name "parties" is given twice/],
    [
      "a name twice, spelled in two ways",
      text.replace(/}$/, ',\n"p\\u0061rties":[]}'),
      /^FILE:2:1 the name "parties" is given twice/,
    ],
    [
      "a statement's name twice",
      text.replace('"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"'),
      /^FILE:1:\d+ the name "Effect" is given twice in one object/,
    ],
    [
      "a node twice",
      worldWith((world) => shard && world.shards.push(shard)),
      /shards\.3: 0 is listed already/,
    ],
    [
      "a resource twice",
      worldWith((world) => world.resources.push(...world.resources.slice(0, 1))),
      /resources\.\d+: \S+ is listed already/,
    ],
    [
      "an account without quotes",
      worldWith((world) => Object.assign(world.accounts[0] ?? {}, { id: 111111111111 })),
      /accounts\.0\.id: found 111111111111; accepted: text/,
    ],
    ["lists in lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, /world: found a list/],
    ["maps in maps", `${'{"version":'.repeat(100_000)}1${"}".repeat(100_000)}`, /version: found a block of/],
    [
      "thousands of mistakes",
      worldWith((world) =>
        Object.assign(world, { accounts: Array.from({ length: 9000 }, (_, id) => ({ id })) }),
      ),
      /accounts\.19\.id: .*\nand \d{4} more of that kind$/,
    ],
    ["thousands of unknown keys", `{${Array.from({ length: 9000 }, (_, key) => `"k${key}":0`)}}`, /more of/],
  ])("%s", async (_, content, message) => {
    expect(await refusalOf(worldFile(content))).toMatch(message);
  });

  test("no file, and a folder", async () => {
    expect(await refusalOf(join(folder, "nowhere.json"))).toBe(
      "FILE is no readable JSON: there is no such file",
    );
    mkdirSync(join(folder, "folder.json"));
    expect(await refusalOf(join(folder, "folder.json"))).toBe("FILE is no readable JSON: it is a folder");
  });
});

test("a byte order mark is no part of the text", async () => {
  expect(await readWorldFile(worldFile(`\ufeff${text}`))).toEqual(provenWorld());
});

test.each<readonly [string, (world: ReturnType<typeof provenWorld>) => unknown]>([
  [
    "a shard's key",
    (world) => Object.assign(world.shards[0] ?? {}, { keyArn: `${shard?.keyArn}-not-listed` }),
  ],
  ["a shard's account", (world) => Object.assign(world.shards[0] ?? {}, { account: "444444444444" })],
  ["a key's account", (world) => Object.assign(world.resources[0] ?? {}, { account: "444444444444" })],
  [
    "a node's role",
    (world) => Object.assign(world.shards[0] ?? {}, { nodeRoleArn: `${shard?.nodeRoleArn}x` }),
  ],
])("a reference that leads nowhere is never proven: %s", (_, change) => {
  const world = provenWorld();
  change(world);
  expect(enumerate(world).some(({ status }) => status === "violated")).toBe(true);
});

/** Half of the changes are made where only the policy parser reads: there the file stays a world. */
const changes = fc
  .tuple(fc.oneof(fc.constant(undefined), fc.nat(1000)), mutations)
  .map(([place, mutation]) => ({ place, ...mutation }));

function documentsOf({ resources, principals }: ReturnType<typeof provenWorld>): object[] {
  return [
    ...resources.map(({ policy }) => policy),
    ...principals.flatMap(({ trust, identity }) => [trust, ...identity.map(({ document }) => document)]),
  ].filter((one) => typeof one === "object" && one !== null);
}

test(
  "whatever a world is changed into, the answer is one of the promised ones",
  async () => {
    const outcomes = { refused: 0, answered: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 3 }), async (made) => {
        const changed = structuredClone(provenWorld());
        const documents = documentsOf(changed);
        for (const { place, ...change } of made) {
          const where = place === undefined ? changed : documents[place % documents.length];
          mutate(where ?? changed, structuredClone(change));
        }
        const file = worldFile(JSON.stringify(changed));
        const world = await readWorldFile(file).catch(() => undefined);
        if (world === undefined) {
          expect(await refusalOf(file)).toMatch(/^FILE: \S+: \w/);
          outcomes.refused += 1;
          return;
        }
        for (const obligation of enumerate(world)) obligationForm.parse(accept(world, obligation));
        for (const { text: question } of smtQuestions(world)) expect(question).toMatch(/\(check-sat\)\n$/);
        outcomes.answered += 1;
      }),
      { numRuns: full ? 3000 : 60, ...(full ? {} : { seed: 20_261_122 }) },
    );
    expect(Math.min(...Object.values(outcomes)), JSON.stringify(outcomes)).toBeGreaterThan(10);
  },
  full ? 600_000 : 60_000,
);

test("the whole answer has the promised form, a proven world's and a broken one's", async () => {
  const broken = provenWorld();
  Object.assign(broken.resources[0] ?? {}, { policy: null, grants: undefined });
  expect(proofForm.parse(await prove(provenWorld())).verdict).toBe("proven");
  expect(proofForm.parse(await prove(broken)).verdict).not.toBe("proven");
});
