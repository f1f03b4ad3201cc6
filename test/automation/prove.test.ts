import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type ProveOptions, proveWorld } from "../../automation/commands/prove.ts";
import { UserError } from "../../automation/errors.ts";
import { allow, arns, provenWorld, statementsOf } from "../isolation/proof/worlds.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ivault-prove-"));
});

async function prove(options: Partial<ProveOptions>) {
  const said: string[] = [];
  const answers: Record<string, unknown>[] = [];
  const exitCode = await proveWorld({
    input: undefined,
    rehearsal: undefined,
    output: {
      format: "json",
      say: (text) => said.push(text),
      answer: (document) => answers.push({ ...document }),
      event: () => undefined,
    },
    ...options,
  });
  return { exitCode, said: said.join("\n"), answer: answers[0] };
}

async function worldFile(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

test("the planned world of the example is proven, and is written out as a world that is proven again", async () => {
  const input = join(import.meta.dirname, "..", "..", "examples", "institution");
  const file = join(folder, "planned.json");
  const planned = await prove({ input, export: file });
  expect(planned).toMatchObject({ exitCode: 0, answer: { verdict: "proven" } });
  const again = await prove({ world: file });
  expect(again.answer).toMatchObject({ verdict: "proven", modelHash: planned.answer?.modelHash });
});

test("a broken world is told step by step, with what every text for a solver asks beside it", async () => {
  const world = provenWorld();
  statementsOf(world, arns.key(1)).push(allow("Everything", arns.root("222222222222"), "kms:*"));
  const smt = join(folder, "texts");
  const { exitCode, answer, said } = await prove({ world: await worldFile("broken.json", world), smt });
  expect(exitCode).toBe(3);
  expect(answer).toMatchObject({
    verdict: "violated",
    durationMs: expect.any(Number),
    assumptions: expect.any(Array),
  });
  expect(said).toContain("decided by statement Everything of the policy");
  expect((await readdir(smt)).sort()).toEqual(
    [
      ...["P1:0", "P1:1", "P1:2", "P2:0", "P2:1", "P2:2"],
      ...["P3:111111111111", "P3:222222222222", "P3:333333333333"],
    ].map((id) => `${id}.smt2`),
  );
  expect(await readFile(join(smt, "P1:1.smt2"), "utf8")).toMatch(/\(check-sat\)\n$/);
});

test.each([
  ["a file that is no JSON", "{", "unreadable-world"],
  ["a property that nobody knows", { ...provenWorld(), remark: "x" }, "invalid-world"],
  ["another version", { ...provenWorld(), version: 2 }, "invalid-world"],
])("%s is refused as wrong input", async (_, content, code) => {
  const file = await worldFile("unreadable.json", content);
  const refused = await prove({ world: file }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UserError);
  expect(refused).toMatchObject({ exitCode: 2, details: { code, file } });
});

test("a folder in the place of a file to write is wrong input", async () => {
  const world = await worldFile("exported.json", provenWorld());
  await expect(prove({ world, export: folder })).rejects.toBeInstanceOf(UserError);
  await expect(prove({ world, smt: world })).rejects.toBeInstanceOf(UserError);
});
