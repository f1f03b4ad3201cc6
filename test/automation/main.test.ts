import { join } from "node:path";
import { expect, test } from "vitest";
import { start } from "../support/ivault.ts";

test("a reader who leaves early is no failure", async () => {
  const { child, answered } = start(["--help"]);
  child.stdout?.destroy();
  expect(await answered).toMatchObject({ exitCode: 0, stderr: "" });
});

test.each(["--json", "--json-lines"])("a command that there is not is told with %s too", async (format) => {
  const { exitCode, stdout } = await start(["chek", format]).answered;
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
});

test("an auditor's deployment is refused, since it would perform nothing and look done", async () => {
  const { exitCode, stdout } = await start(["deploy", "--as", "auditor", "--yes", "--json"]).answered;
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "nothing-to-perform" } });
});

test("a file in a rehearsal's place is wrong input", async () => {
  const file = join(import.meta.dirname, "main.test.ts");
  const { exitCode, stdout } = await start(["rehearse", "--dir", file, "--json"]).answered;
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "not-a-folder" } });
});
