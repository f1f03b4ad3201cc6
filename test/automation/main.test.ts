import { expect, test } from "vitest";
import { start } from "../support/ivault.ts";

test("a reader who leaves early is no failure", async () => {
  const { child, answered } = start(["--help"]);
  child.stdout?.destroy();
  expect(await answered).toMatchObject({ exitCode: 0, stderr: "" });
});
