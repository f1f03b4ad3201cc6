import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, obtainEngine } from "../../automation/engine/engine.ts";
import { plannedResources } from "../../automation/engine/events.ts";
import { type Installation, openInstallation } from "../../automation/installation.ts";
import { previewStacks } from "../../automation/preview.ts";
import { roles } from "../../automation/steps/steps.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { ivault, newFolder } from "../support/ivault.ts";

const root = join(import.meta.dirname, "..", "..");
/** All nine in the full run; the sample has each kind once and needs only half of the installation. */
const full = process.env.IVAULT_FULL === "1";
const sample = [
  "baseline-infrastructure",
  "baseline-policy-node1",
  "wallet-long-lived",
  "policy-node2-long-lived",
];
const previewed = full ? stackDefinitions.map(({ id }) => id as string) : sample;

let folder: string;
let engine: Engine;
let installation: Installation;

beforeAll(async () => {
  folder = await newFolder();
  const upTo = full ? [] : ["--to", "policy-node2-long-lived"];
  const { exitCode, stderr } = await ivault("rehearse", "--dir", folder, ...upTo);
  expect(exitCode, stderr).toBe(0);
  engine = await obtainEngine({ report: () => {} });
  installation = await openInstallation({ input: undefined, rehearsal: folder });
});

afterAll(async () => {
  await installation.close();
});

/** `pulumi preview -s <stack>` in the repository's root, as a person would type it, with our small language host in place of the official one. */
async function plainPreview(stack: (typeof stackDefinitions)[number]) {
  const name = `testnet.${stack.id}`;
  const plugins = await installation.cloud.plugins(name, stack.account);
  const { backend, environment } = installation.cloud.state(stack.account);
  const log = join(mkdtempSync(join(tmpdir(), "ivault-plain-")), "events.json");
  const path = [
    join(root, "test", "language-host"),
    dirname(process.execPath),
    ...plugins.providers.map((plugin) => plugin.path),
    process.env.PATH ?? "",
  ];
  try {
    await promisify(execFile)(
      engine.command,
      [
        "preview",
        "-s",
        name,
        "--non-interactive",
        "--event-log",
        log,
        "--suppress-progress",
        "--config-file",
        join(installation.workFolder(stack.id), `Pulumi.${name}.yaml`),
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          ...environment,
          ...plugins.environment,
          PATH: path.join(delimiter),
          PULUMI_BACKEND_URL: backend,
          PULUMI_HOME: mkdtempSync(join(tmpdir(), "ivault-home-")),
          PULUMI_SKIP_UPDATE_CHECK: "true",
          // The flag --event-log is for developers of the engine.
          PULUMI_DEBUG_COMMANDS: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          IVAULT_REHEARSAL: folder,
        },
        maxBuffer: 64 * 1024 * 1024,
      },
    );
  } finally {
    await plugins.close();
  }
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return plannedResources(lines.map((line) => JSON.parse(line) as EngineEvent));
}

describe("a plain pulumi preview", () => {
  it.each(previewed)("of %s shows the same resources with the same inputs as the driver", async (id) => {
    const definition = stackDefinitions.find((one) => one.id === id);
    if (definition === undefined) throw new Error(`no stack ${id}`);
    const [driver] = await previewStacks(installation, engine, { roles, stack: id });
    const byUrn = (resources: readonly { readonly urn: string }[]) =>
      [...resources].sort((a, b) => a.urn.localeCompare(b.urn));
    const plain = await plainPreview(definition);
    expect(plain.length).toBeGreaterThan(10);
    expect(byUrn(plain)).toEqual(byUrn(driver?.resources ?? []));
  });
});
