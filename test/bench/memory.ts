import { readdirSync, readFileSync } from "node:fs";

/** Peak resident memory, in bytes. */
export interface Memory {
  /** Of this process: the driver, the programs of its stacks and the stand-in for AWS. */
  readonly driver: number;
  /** Of the largest engine. */
  readonly engine: number;
  /** Of all processes that this one has started, together. */
  readonly children: number;
}

/** Watches this process and those below it while something runs. */
export async function watchingMemory<T>(work: () => Promise<T>): Promise<{ result: T; memory: Memory }> {
  let memory: Memory = { driver: 0, engine: 0, children: 0 };
  const look = () => {
    const below = processesBelow(process.pid);
    memory = {
      driver: Math.max(memory.driver, process.memoryUsage.rss()),
      engine: Math.max(
        memory.engine,
        ...below.filter(({ name }) => name === "pulumi").map(({ resident }) => resident),
      ),
      children: Math.max(
        memory.children,
        below.reduce((sum, { resident }) => sum + resident, 0),
      ),
    };
  };
  const timer = setInterval(look, 200);
  try {
    const result = await work();
    return { result, memory };
  } finally {
    clearInterval(timer);
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly resident: number;
}

function processesBelow(ancestor: number): readonly Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProcess(Number(pid)));
  const below = new Set([ancestor]);
  // A parent may be listed after its children.
  for (let before = 0; before < below.size; ) {
    before = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  below.delete(ancestor);
  return all.filter(({ pid }) => below.has(pid));
}

function readProcess(pid: number): readonly Process[] {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch (error) {
    // It has ended since it was listed.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return [];
    throw error;
  }
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1] ?? "";
  return [
    {
      pid,
      parent: Number(field("PPid")),
      name: field("Name"),
      resident: Number(field("VmRSS")) * 1024,
    },
  ];
}
