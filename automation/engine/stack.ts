import { existsSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Deployment as EngineState,
  LocalWorkspace,
  type OutputMap,
  type PulumiCommand,
  type PulumiFn,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import type { Cloud, EnginePlugins } from "../cloud.ts";
import { cacheFolder } from "./go-tools.ts";
import { backendFolder, projectName, type StackPlace } from "./stack-place.ts";
import { refuseDamagedState } from "./state-damage.ts";

export interface EngineStack {
  readonly stack: Stack;
  /** As it was when it was opened. */
  readonly state: StackState;
  close(): Promise<void>;
}

interface Backend {
  readonly backend: string;
  readonly secretsProvider: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Opens a stack for the engine. `missing` decides what happens when the account's backend does not hold it: `create` makes it there;
 * `absent` answers undefined; `scratch` makes it in a throw-away backend of this machine, so that a preview of a stack that does not
 * exist yet leaves no trace in the account.
 */
export async function openEngineStack(
  engine: PulumiCommand,
  cloud: Cloud,
  place: StackPlace,
  program: PulumiFn,
  missing: "create" | "absent" | "scratch",
): Promise<EngineStack | undefined> {
  await refuseDamagedState(cloud, place);
  const plugins = await cloud.plugins(place.name, place.account);
  try {
    const account = cloud.state(place.account);
    if (missing !== "create" && knownAbsent(account, place)) {
      if (missing === "scratch") return await openScratch(engine, place, plugins, program);
      await plugins.close();
      return undefined;
    }
    const workspace = await workspaceFor(engine, place.workFolder, account, plugins, program);
    const found = knownAbsent(account, place) ? undefined : await selected(place.name, workspace);
    if (found !== undefined) return { ...found, close: plugins.close };
    if (missing === "create") {
      const stack = await Stack.create(place.name, workspace);
      await forbidDefaultProviders(stack);
      return { stack, state: emptyState, close: plugins.close };
    }
    if (missing === "scratch") return await openScratch(engine, place, plugins, program);
    await plugins.close();
    return undefined;
  } catch (error) {
    await plugins.close();
    throw error;
  }
}

/** Without asking the engine, which writes its first file into a backend as soon as it looks for a stack there. */
function knownAbsent({ backend }: Backend, { name }: StackPlace): boolean {
  const folder = backendFolder(backend);
  return folder !== undefined && !existsSync(join(folder, ".pulumi", "stacks", projectName, `${name}.json`));
}

async function openScratch(
  engine: PulumiCommand,
  place: StackPlace,
  plugins: EnginePlugins,
  program: PulumiFn,
): Promise<EngineStack> {
  const folder = `${place.workFolder}.preview-${process.pid}`;
  // Also where a preview is told to stop, which ends it on the spot: its engine may be writing still.
  const discard = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", discard);
  const close = async () => {
    await plugins.close();
    discard();
    process.off("exit", discard);
  };
  try {
    const backend: Backend = {
      backend: `file://${join(folder, "state")}`,
      secretsProvider: "passphrase",
      // Nothing secret goes into a preview's state, and the folder is removed with it.
      environment: { PULUMI_CONFIG_PASSPHRASE: "preview" },
    };
    const workspace = await workspaceFor(engine, folder, backend, plugins, program);
    const stack = await Stack.create(place.name, workspace);
    await forbidDefaultProviders(stack);
    return { stack, state: emptyState, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function workspaceFor(
  engine: PulumiCommand,
  workFolder: string,
  backend: Backend,
  plugins: EnginePlugins,
  program: PulumiFn,
): Promise<LocalWorkspace> {
  await mkdir(join(workFolder, "home"), { recursive: true });
  const stateFolder = backendFolder(backend.backend);
  if (stateFolder !== undefined) await mkdir(stateFolder, { recursive: true });
  const local = plugins.providers.length > 0;
  const providers = plugins.providers.map(({ name, path }) => ({ name, path }));
  const workspace = await LocalWorkspace.create({
    pulumiCommand: engine,
    workDir: workFolder,
    pulumiHome: join(workFolder, "home"),
    program,
    secretsProvider: backend.secretsProvider,
    // `plugins` is part of the project file's format though the SDK's type leaves it out.
    projectSettings: {
      name: projectName,
      runtime: "nodejs",
      main: workFolder,
      backend: { url: backend.backend },
      ...(local ? { plugins: { providers } } : {}),
    } as never,
    envVars: {
      ...(local
        ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_DISABLE_REGISTRY_RESOLVE: "true" }
        : {}),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Every command of the engine writes a log into its home; 500 MB a stack may gather there otherwise.
      PULUMI_LOG_ROTATION_MAX_TOTAL_MB: "5",
      PULUMI_BACKEND_URL: backend.backend,
      // Plugins written in JavaScript find the Node that runs this program, not whichever the machine has.
      PATH: `${dirname(process.execPath)}:${dirname(engine.command)}:${process.env.PATH ?? ""}`,
      // Each preview and each update starts them anew.
      NODE_COMPILE_CACHE: join(cacheFolder(), "compiled"),
      ...backend.environment,
      ...plugins.environment,
    },
  });
  // The workspace's own ways have every secret of the state decrypted. Ours have no use for one, and deriving the key takes as long as the rest.
  return Object.assign(workspace, {
    // Every command names its stack; that it is there is known before.
    selectStack: async () => {},
    exportStack: (stack: string) =>
      asked(workspace, ["stack", "export", "--stack", stack], z.custom<EngineState>()),
    async stackOutputs(stack: string): Promise<OutputMap> {
      const outputs = await asked(
        workspace,
        ["stack", "output", "--json", "--stack", stack],
        z.record(z.string(), z.unknown()),
      );
      return Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, { value, secret: value === "[secret]" }]),
      );
    },
  });
}

/** How the SDK runs the engine's command, with its own errors; its types keep it to themselves. */
interface Runs {
  run(
    command: string[],
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<{ readonly stdout: string }>;
}

/** What the engine's command answers as JSON. */
async function asked<T>(
  { pulumiCommand, workDir, pulumiHome = "", envVars }: LocalWorkspace,
  command: string[],
  schema: z.ZodType<T>,
): Promise<T> {
  const engine = pulumiCommand as PulumiCommand & Runs;
  const { stdout } = await engine.run(command, workDir, { PULUMI_HOME: pulumiHome, ...envVars });
  return schema.parse(JSON.parse(stdout));
}

async function selected(
  name: string,
  workspace: LocalWorkspace,
): Promise<Pick<EngineStack, "stack" | "state"> | undefined> {
  try {
    const state = stateOf(await workspace.exportStack(name));
    return { stack: await Stack.select(name, workspace), state };
  } catch (error) {
    if (error instanceof StackNotFoundError) return undefined;
    throw error;
  }
}

/** Written into the stack's settings, so that a plain `pulumi preview` refuses ambient credentials too. */
async function forbidDefaultProviders(stack: Stack): Promise<void> {
  const settings = await stack.workspace.stackSettings(stack.name);
  await stack.workspace.saveStackSettings(stack.name, {
    ...settings,
    config: { ...settings.config, "pulumi:disable-default-providers": ["*"] as never },
  });
}

const resourceState = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  custom: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
});
const engineState = z.looseObject({
  resources: z.array(resourceState).optional(),
  pending_operations: z.array(z.looseObject({ resource: resourceState, type: z.string() })).optional(),
});
export type ResourceState = z.infer<typeof resourceState>;

/** What the engine's state says of a stack. */
export interface StackState {
  readonly resources: readonly ResourceState[];
  /** The program's outputs; empty before the first complete update. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Operations that were under way when a run was cut off. */
  readonly pending: readonly { readonly type: string; readonly resource: ResourceState }[];
}

const emptyState: StackState = { resources: [], outputs: {}, pending: [] };

function stateOf({ deployment }: EngineState): StackState {
  const state = engineState.parse(deployment ?? {});
  const resources = state.resources ?? [];
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    resources,
    outputs: root?.outputs ?? {},
    pending: (state.pending_operations ?? []).map(({ type, resource }) => ({ type, resource })),
  };
}

/** The Region that the stack's resources are in; undefined for a stack without any. */
export function regionOf({ resources }: StackState): string | undefined {
  const region = resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs?.region;
  return typeof region === "string" ? region : undefined;
}

/**
 * Takes pending operations out of the state. Safe only together with the search for what they may have made: a create that went
 * through is found by its tags or its name and adopted, one that did not is made again.
 */
export async function forgetPending(stack: Stack): Promise<void> {
  const { deployment, ...file } = await stack.exportStack();
  const { pending_operations: _, ...rest } = deployment;
  await stack.importStack({ ...file, deployment: rest });
}

/** `<type>::<logical name>`: what a URN says besides stack and parents. */
export function keyOfUrn(urn: string): string {
  const [, , types, ...name] = urn.split("::");
  return `${(types ?? "").split("$").at(-1)}::${name.join("::")}`;
}
