import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../rehearsal/store-sqlite.ts";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

export interface StackInState {
  readonly account: string;
  /** Without the environment. */
  readonly stack: string;
  readonly resources: readonly StateResource[];
  readonly pending: number;
}

/** The engine's state files of a rehearsal, read as plain JSON. */
export function stacksInState(folder: string): StackInState[] {
  return readdirSync(join(folder, "state")).flatMap((account) => {
    const stacks = join(folder, "state", account, ".pulumi", "stacks", "institutional-vault");
    // A run that was stopped before its first stack leaves an account without any.
    if (!existsSync(stacks)) return [];
    return readdirSync(stacks)
      .filter((name) => name.endsWith(".json"))
      .map((name) => {
        const { latest } = JSON.parse(readFileSync(join(stacks, name), "utf8")).checkpoint;
        return {
          account,
          stack: name
            .replace(/\.json$/, "")
            .split(".")
            .slice(1)
            .join("."),
          resources: latest.resources ?? [],
          pending: latest.pending_operations?.length ?? 0,
        };
      });
  });
}

/** Changes what a state file of the engine says. */
export function editState<Latest extends object>(file: string, change: (latest: Latest) => object): void {
  const state = JSON.parse(readFileSync(file, "utf8"));
  state.checkpoint.latest = change(state.checkpoint.latest);
  writeFileSync(file, JSON.stringify(state));
}

export const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

/** What the stand-in cloud holds that carries this deployment's tags. */
export function taggedObjects(folder: string) {
  const store = openStore(join(folder, "store"));
  try {
    return store.list({}).flatMap(({ account, type, id, properties }) => {
      const tags = properties.tags as Record<string, string> | undefined;
      const tag = tags?.["ivault:resource"];
      return tag === undefined ? [] : [{ account, type, id, tag }];
    });
  } finally {
    store.close();
  }
}
