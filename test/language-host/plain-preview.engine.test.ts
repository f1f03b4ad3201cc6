import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { obtainEngine } from "../../automation/engine/engine.ts";

const languageHost = fileURLToPath(new URL(".", import.meta.url));
const repository = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "preview-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = `import * as pulumi from "@pulumi/pulumi";

class Vault extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:index:Vault", name);
    this.registerOutputs({});
  }
}

export default async (): Promise<Record<string, unknown>> => {
  new Vault("vault");
  return { stack: pulumi.getStack(), place: new pulumi.Config().require("place") };
};
`;

test("a plain `pulumi preview` runs a program in TypeScript as it is", async () => {
  await mkdir(join(folder, "automation"));
  await mkdir(join(folder, "state"));
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "plain", type: "module" }));
  await writeFile(join(folder, "automation", "program.ts"), program);
  const project =
    "name: plain\nmain: automation/program.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
  await writeFile(join(folder, "Pulumi.yaml"), project);
  await writeFile(join(folder, "settings.yaml"), "config:\n  plain:place: here\n");
  const { command } = await obtainEngine({ report: () => {} });
  const pulumi = async (...args: string[]) => {
    const environment = {
      ...process.env,
      PATH: [dirname(process.execPath), languageHost, process.env.PATH].join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const { stdout } = await promisify(execFile)(command, [...args, "--non-interactive"], {
      cwd: folder,
      env: environment,
    });
    return stdout;
  };
  await pulumi("stack", "init", "try");
  const preview = JSON.parse(
    await pulumi("preview", "-s", "try", "--config-file", "settings.yaml", "--json"),
  ) as {
    steps: { op: string; urn: string; newState: { outputs?: unknown } }[];
  };
  expect(preview.steps.map(({ op, urn }) => `${op} ${urn}`)).toEqual([
    "create urn:pulumi:try::plain::pulumi:pulumi:Stack::plain-try",
    "create urn:pulumi:try::plain::test:index:Vault::vault",
  ]);
});
