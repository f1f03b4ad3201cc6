import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../house/sources.ts";

const full = process.env.IVAULT_FULL === "1";
const execute = promisify(execFile);
const temporary = mkdtempSync(join(tmpdir(), "ivault-package-"));
/** The folder of a platform engineer, with nothing of the repository around it. */
const folder = join(temporary, "pipeline");

/** Without what npm tells the scripts of this repository, and without the repository's programs. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(package|lifecycle|command|config_local_prefix)|INIT_CWD)/.test(name),
    ),
  ),
  PATH: (process.env.PATH ?? "")
    .split(delimiter)
    .filter((place) => !place.startsWith(root))
    .join(delimiter),
  NO_COLOR: "1",
};

async function inFolder(command: string, ...args: string[]) {
  return await execute(command, args, { cwd: folder, env: environment, maxBuffer: 64 * 2 ** 20 });
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;

beforeAll(async () => {
  mkdirSync(folder);
  const { stdout } = await execute("npm", ["pack", "--json", "--pack-destination", temporary], {
    cwd: root,
    env: { ...environment, PATH: process.env.PATH },
  });
  // What the script that builds it prints comes first.
  [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [Packed];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  // The dependencies as the lockfile has them, so that npm fetches none; it takes away those that the package does not name.
  const copy = (how: string) =>
    execute("cp", [how, join(root, "node_modules"), join(folder, "node_modules")]);
  await copy("-al").catch(async () => {
    // Another file system, to which nothing can be linked.
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    await copy("-a");
  });
  rmSync(join(folder, "node_modules", ".package-lock.json"));
  await inFolder("npm", "install", "--prefer-offline", "--ignore-scripts", join(temporary, packed.filename));
  cpSync(join(folder, "node_modules/institutional-vault-deployer/examples"), folder, { recursive: true });
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

it("holds programs, types and what they read, and neither tests nor sources", () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "README.md",
      "dist/automation/main.js",
      "dist/automation/index.d.ts",
      "dist/rehearsal/plugins/awsx/pulumi-resource-awsx",
      "examples/institution/deployment.yaml",
      "tools/go.mod",
    ]),
  );
  const sources = paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
  expect(sources).toEqual(["examples/deploy.ts"]);
  expect(paths.filter((path) => /(^|\/)test\/|\.golden\./.test(path))).toEqual([]);
  expect(packed.size).toBeLessThan(2_000_000);
});

it("installs the programs that it needs and no tool of its own development", () => {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const installed = Object.keys(packages).map((place) => place.replace(/^node_modules\//, ""));
  expect(installed).toContain("@pulumi/pulumi");
  // Types of Node come along with an SDK.
  const tools = Object.keys(devDependencies).filter((name) => !name.startsWith("@types/"));
  expect(installed.filter((name) => tools.includes(name))).toEqual([]);
});

it("types the script of a platform engineer", async () => {
  const options = {
    module: "nodenext",
    target: "es2024",
    lib: ["es2024"],
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
    skipLibCheck: true,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["deploy.ts", "wrong.ts"] }),
  );
  const wrong = 'import { runSteps } from "institutional-vault-deployer";\nrunSteps(1);\n';
  writeFileSync(join(folder, "wrong.ts"), wrong);
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  // Types that were not found would let everything pass.
  const checked = inFolder(process.execPath, compiler, "-p", folder);
  await expect(checked).rejects.toMatchObject({
    stdout: expect.stringMatching(/^wrong\.ts\(2,.*TS2554.*\n$/),
  });
});

it("brings the command and a rehearsal on which a script goes on", async () => {
  const { stdout: help, stderr } = await inFolder("npx", "--no-install", "ivault", "--help");
  expect(help).toMatch(/^Usage: ivault /);
  expect(stderr).not.toMatch(/ExperimentalWarning/);

  const part = full ? [] : ["--to", "baseline-infrastructure"];
  const rehearsed = await inFolder("npx", "--no-install", "ivault", "rehearse", "--json", ...part);
  const { steps } = JSON.parse(rehearsed.stdout) as { steps: { id: string; state: string }[] };
  expect(steps.find(({ id }) => id === "baseline-infrastructure")?.state).toBe("done");

  const deployed = await inFolder("npx", "--no-install", "node", "deploy.ts");
  expect(deployed.stdout).toMatch(/^secrets-policy-node1 done /m);
});
