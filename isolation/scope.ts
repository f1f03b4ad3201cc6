import type { AccountKey, Deployment } from "../spec/deployment.ts";
import { accountIdOf } from "../spec/deployment.ts";
import type { Names } from "./names.ts";

/** What every policy is computed from. */
export interface Scope {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly region: string;
  /** The wallet and the optional services that the specification names, in kebab case. */
  readonly services: readonly string[];
  /** 12-digit id of an account of the deployment. */
  readonly id: (account: AccountKey) => string;
}

export function scopeOf(deployment: Deployment, names: Names, services: readonly string[]): Scope {
  return {
    deployment,
    names,
    region: deployment.region,
    services,
    id: (account) => accountIdOf(deployment, account),
  };
}

/** The deployment's inputs are valid one by one but no policy follows from them. `path` is the place in deployment.yaml. */
export class ModelError extends Error {
  readonly path: readonly string[];
  constructor(path: readonly string[], message: string) {
    super(message);
    this.name = "ModelError";
    this.path = path;
  }
}
