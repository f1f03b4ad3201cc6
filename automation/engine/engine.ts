import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { CloudFailure } from "../errors.ts";
import {
  buildGoTool,
  cachedRoot,
  type GoTool,
  inTemporaryFolder,
  isFile,
  publish,
  toolsFolder,
} from "./go-tools.ts";

/** The engine and its SDK are of one version: package.json pins the SDK, `tools/go.mod` the module that the engine is built from. */
export const engineVersion = "3.259.0";

const engineTool: GoTool = {
  name: "engine",
  version: engineVersion,
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  // Empty in a plain build; the Automation API refuses an engine that cannot tell its version.
  versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
};

/** The engine's command line, and the folder whose `bin` holds it. */
export type Engine = PulumiCommand & { readonly root: string };

interface Obtaining {
  /** Called with a line for people while something takes long. */
  readonly report: (line: string) => void;
}

/**
 * Finds the Pulumi command line of exactly our version, or obtains it: from the cache, from PATH, from the Pulumi home, as the official
 * archive, built from its Go module. `IVAULT_ENGINE=go` leaves out what somebody else installed and builds it at once.
 *
 * @throws CloudFailure that lists what was tried and what to install
 */
export async function obtainEngine({ report }: Obtaining): Promise<Engine> {
  const tried: string[] = [];
  const goOnly = process.env.IVAULT_ENGINE === "go";
  const cached = cachedRoot(engineTool);
  for (const root of [cached, ...(goOnly ? [] : installedRoots(process.env, homedir()))]) {
    const found = await engineAt(root, tried);
    if (found !== undefined) return found;
  }
  if (!goOnly && (await attempt(tried, "official archive", () => installOfficial(report)))) {
    const installed = await engineAt(cached, tried);
    if (installed !== undefined) return installed;
  }
  report(
    `building Pulumi ${engineVersion} from its Go module, once for this machine (about 4 minutes on 2 cores)`,
  );
  if (await attempt(tried, "Go module", () => buildGoTool(engineTool, report))) {
    const built = await engineAt(cached, tried);
    if (built !== undefined) return built;
  }
  throw new CloudFailure({
    code: "no-engine",
    message: `No Pulumi command line of version ${engineVersion} was found, and it could not be obtained:\n${tried.map((line) => `  - ${line}`).join("\n")}`,
    hint: `install Pulumi ${engineVersion} (\`curl -fsSL https://get.pulumi.com | sh -s -- --version ${engineVersion}\`) or Go 1.26 or newer (https://go.dev/dl), and run again`,
  });
}

/** Folders whose `bin` may hold an installed engine: those of PATH, then those of the Pulumi home. */
export function installedRoots(environment: NodeJS.ProcessEnv, userHome: string): readonly string[] {
  // The SDK wants the executable at <root>/bin/pulumi; a folder of PATH with another name cannot be given to it.
  const onPath = (environment.PATH ?? "").split(delimiter).filter((folder) => basename(folder) === "bin");
  const home = environment.PULUMI_HOME || join(userHome, ".pulumi");
  return [
    ...new Set([...onPath.map((folder) => dirname(folder)), home, join(home, "versions", engineVersion)]),
  ];
}

async function engineAt(root: string, tried: string[]): Promise<Engine | undefined> {
  const path = join(root, "bin", "pulumi");
  if (!(await isFile(path))) return undefined;
  try {
    const command = await PulumiCommand.get({ root });
    const version = command.version?.toString();
    if (version === engineVersion) return Object.assign(command, { root });
    tried.push(`${path}: version ${version ?? "unknown"}`);
  } catch (error) {
    // An older engine than the SDK accepts, or a file that does not run: either way not the one we look for.
    tried.push(`${path}: ${inOneLine(error)}`);
  }
  return undefined;
}

async function attempt(tried: string[], what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    tried.push(`${what}: ${(error as Error).message}`);
    return false;
  }
}

const checksums = z.strictObject({
  comment: z.string(),
  sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** How an official archive is fetched and checked; tests give their own. */
export interface OfficialSource {
  readonly fetch: typeof fetch;
  readonly platform: string;
  /** By platform, hex. */
  readonly sha256: Readonly<Record<string, string>>;
}

async function officialSource(): Promise<OfficialSource> {
  const file = await readFile(join(toolsFolder, "engine-checksums.json"), "utf8");
  return {
    fetch,
    platform: `${process.platform}-${process.arch}`,
    sha256: checksums.parse(JSON.parse(file)).sha256,
  };
}

/**
 * Installs the official release archive into the cache. An archive without a pinned checksum, or with another one, is never installed.
 */
export async function installOfficial(
  report: (line: string) => void,
  source?: OfficialSource,
): Promise<void> {
  const { fetch, platform, sha256 } = source ?? (await officialSource());
  const pinned = sha256[platform];
  if (pinned === undefined) throw new Error(`no pinned checksum for ${platform}`);
  const url = `https://get.pulumi.com/releases/sdk/pulumi-v${engineVersion}-${platform}.tar.gz`;
  report(`downloading ${url}`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const archive = Buffer.from(await response.arrayBuffer());
  const found = createHash("sha256").update(archive).digest("hex");
  if (found !== pinned) throw new Error(`${url} has the SHA-256 ${found}, and ${pinned} is pinned`);
  const root = cachedRoot(engineTool);
  await inTemporaryFolder(root, async (temporary) => {
    const file = join(temporary, "archive.tar.gz");
    const unpacked = join(temporary, "unpacked");
    await writeFile(file, archive);
    await mkdir(unpacked);
    // Everything in the archive lies in one folder, `pulumi`.
    await run("tar", ["-xzf", file, "--strip-components=1", "-C", unpacked]);
    await publish(unpacked, join(root, "bin"), "pulumi");
  });
}

async function run(command: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} failed: ${said.trim()}`)),
    );
  });
}

function inOneLine(error: unknown): string {
  return (error as Error).message.replace(/\s+/g, " ").trim().slice(0, 300);
}
