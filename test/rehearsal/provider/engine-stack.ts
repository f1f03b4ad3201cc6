import { mkdtempSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { obtainEngine } from "../../../automation/engine/engine.ts";
import { startProviders } from "../../../rehearsal/provider/index.ts";
import type { StandInCloud } from "../../../rehearsal/request.ts";
import { accountA, region } from "../stand-in.ts";

export interface TestStack {
  readonly stack: Stack;
  /** Runs the program; the operations on its resources, as `<operation> <logical name>`, without those that change nothing. */
  run(operation: "preview" | "up" | "refresh" | "destroy", program: PulumiFn): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A stack on the real engine, its state in a temporary folder, its provider over this stand-in cloud. */
export async function openStack(
  cloud: StandInCloud,
  { account = accountA, name = "dev.example" }: { readonly account?: string; readonly name?: string } = {},
): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), "engine-stack-"));
  await mkdir(join(folder, "state"));
  const session = cloud.issueSession(`arn:aws:iam::${account}:role/customer-testnet-deploy`, "test");
  const caller = cloud.callerOf(session.accessKeyId, session.sessionToken);
  if (caller === undefined) throw new Error("The session that was just issued is not known.");
  const providers = await startProviders({ cloud, caller, stack: name, region });
  const engine = await obtainEngine({ report: () => {} });
  // Part of the project file's format, though the SDK's type leaves it out.
  const plugins = { plugins: { providers: providers.providers } };
  const workspace = await LocalWorkspace.create({
    pulumiCommand: engine,
    workDir: folder,
    pulumiHome: join(folder, "home"),
    secretsProvider: "passphrase",
    projectSettings: { name: "example", runtime: "nodejs", ...plugins },
    envVars: {
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      ...providers.environment,
    },
  });
  const stack = await Stack.create(name, workspace);
  return {
    stack,
    async run(operation, program) {
      workspace.program = program;
      const operations: string[] = [];
      const warnings: string[] = [];
      const onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
        if (diagnosticEvent?.severity === "warning") warnings.push(diagnosticEvent.message);
        if (resourcePreEvent === undefined) return;
        const { op, urn } = resourcePreEvent.metadata;
        if (op !== "same" && op !== "refresh") operations.push(`${op} ${urn.split("::").at(-1)}`);
      };
      await stack[operation]({ onEvent, color: "never" });
      if (warnings.length > 0) throw new Error(`The engine warned: ${warnings.join("\n")}`);
      return operations;
    },
    async close() {
      await providers.close();
      await rm(folder, { recursive: true });
    },
  };
}
