import { spawnSync } from "node:child_process";

/** The processes that a process has started, and those that they have, with their command lines. */
export function descendants(pid: number): readonly { readonly pid: number; readonly command: string }[] {
  const listed = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).stdout;
  const all = [...listed.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, own, parent, command]) => ({
    pid: Number(own),
    parent: Number(parent),
    command: command ?? "",
  }));
  const below = (of: number): typeof all =>
    all.filter(({ parent }) => parent === of).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

const engineRuns = /\bpulumi\b.*\b(up|preview)\b/;
const plugin = /pulumi-resource-/;

/** Who is killed: the driver alone, the driver with everything that it started, the engine, or its plugins. */
export type Victim = "driver" | "everything" | "engine" | "plugins";

/** Kills as a power cut would. The driver leads a process group of its own. */
export function kill(victim: Victim, driver: number): void {
  if (victim === "driver") return void process.kill(driver, "SIGKILL");
  if (victim === "everything") return void process.kill(-driver, "SIGKILL");
  const pattern = victim === "engine" ? engineRuns : plugin;
  const found = descendants(driver).filter(
    ({ command }) => pattern.test(command) && !/^\/bin\/sh/.test(command),
  );
  if (found.length === 0) throw new Error(`no process of the ${victim} runs`);
  for (const { pid } of found) process.kill(pid, "SIGKILL");
}
