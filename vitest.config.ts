import { defineConfig } from "vitest/config";

const engineTests = "test/**/*.engine.test.ts";
/** A full run kills at every moment, a file for each stack; another one at a few of each, all in one file, where they run side by side. */
const killsLeftOut =
  process.env.IVAULT_FULL === "1"
    ? "test/interruptions/sampled-kills.engine.test.ts"
    : "test/interruptions/kills-*.engine.test.ts";

export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [engineTests],
          // Loading the SDKs is most of a test file's time; files of one worker share it.
          isolate: false,
          // An Output in a text is a mistake that the SDK otherwise only warns of.
          env: { PULUMI_ERROR_OUTPUT_STRING: "true" },
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          include: [engineTests],
          exclude: [killsLeftOut],
          // Each runs the real engine, which takes every core by itself.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          globalSetup: "test/support/obtain-engine.ts",
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
