import type { AccountKey } from "../../spec/deployment.ts";

export const projectName = "institutional-vault";

/** Which stack, where its engine keeps its files, and in whose account it lies. */
export interface StackPlace {
  /** `<environment>.<stack>` */
  readonly name: string;
  readonly account: AccountKey;
  /** Working folder of this stack alone: two stacks that share one race for the engine's selection. */
  readonly workFolder: string;
}

/** Folder of a `file://` backend, whose address may carry options; undefined for a backend that lies elsewhere. */
export function backendFolder(backend: string): string | undefined {
  return /^file:\/\/([^?]*)/.exec(backend)?.[1];
}
