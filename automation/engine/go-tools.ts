import { spawn } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { packageFolder } from "../package-folder.ts";

/** Folder whose go.mod and go.sum pin the programs that are built from Go modules. */
export const toolsFolder = join(packageFolder, "tools");

/** A program that is built from a Go module pinned in `tools/`. */
export interface GoTool {
  /** Its name among our cached programs. */
  readonly name: string;
  readonly version: string;
  /** Import path of its main package; its last element is the executable's name. */
  readonly package: string;
  /** Import path and name of the variable that the linker sets to `v<version>`, where the program does not know it otherwise. */
  readonly versionVariable?: string;
}

/** Where an obtained program is kept: outside the repository, so that a clean checkout finds it again. The executable is in its `bin`. */
export function cachedRoot({ name, version }: Pick<GoTool, "name" | "version">): string {
  return join(cacheFolder(), name, `v${version}`);
}

/** What can be made again at any time, outside of every repository and rehearsal. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "ivault");
}

export async function isFile(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Builds a program from its module and puts it into the cache, where a second run finds it.
 *
 * @param report called every few seconds with what is going on
 * @returns the cached folder, which holds `bin/<executable>`
 * @throws Error when there is no Go or the build fails
 */
export async function buildGoTool(tool: GoTool, report: (line: string) => void): Promise<string> {
  const root = cachedRoot(tool);
  await inTemporaryFolder(root, async (temporary) => {
    await goBuild(tool, join(temporary, executableOf(tool)), report);
    await publish(temporary, join(root, "bin"), executableOf(tool));
  });
  return root;
}

/** The executable's name as Go gives it: the last element of the path that is no major version. */
export function executableOf(tool: Pick<GoTool, "package">): string {
  return basename(tool.package.replace(/\/v\d+$/, ""));
}

/** Runs `work` with a folder of its own beside the program's, so that two processes at once do not meet, and removes it afterwards. */
export async function inTemporaryFolder(
  root: string,
  work: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(root, { recursive: true });
  const temporary = await mkdtemp(join(root, ".obtaining-"));
  try {
    await work(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Moves finished programs into place file by file, the main one last: whoever sees it sees all of them, whole. */
export async function publish(from: string, to: string, main: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const others = (await readdir(from)).filter((name) => name !== main);
  for (const name of [...others, main]) {
    await chmod(join(from, name), 0o755);
    await rename(join(from, name), join(to, name));
  }
}

async function goBuild(tool: GoTool, output: string, report: (line: string) => void): Promise<void> {
  const setVersion = tool.versionVariable === undefined ? "" : ` -X ${tool.versionVariable}=v${tool.version}`;
  const args = ["build", "-v", "-trimpath", "-ldflags", `-s -w${setVersion}`, "-o", output, tool.package];
  await new Promise<void>((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: toolsFolder,
      // No C compiler is needed, and a workspace around the repository does not change what is built.
      env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const began = performance.now();
    const said: string[] = [];
    const tick = setInterval(() => {
      const seconds = Math.round((performance.now() - began) / 1000);
      const doing = said.at(-1) ?? "reading the modules";
      report(`building ${tool.name} ${tool.version} from its Go module, ${seconds} s so far: ${doing}`);
    }, 5_000);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.push(...text.split("\n").filter((line) => line.trim() !== ""));
      said.splice(0, said.length - 20);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearInterval(tick);
      reject(error.code === "ENOENT" ? new Error("there is no `go` on PATH") : error);
    });
    child.on("close", (code, signal) => {
      clearInterval(tick);
      if (code === 0) resolve();
      else reject(new Error(`go build ended with ${signal ?? `exit code ${code}`}:\n${said.join("\n")}`));
    });
  });
}
