import type { BootstrapSpec } from "./bootstrap-spec.ts";
import type { CustomerSecrets } from "./customer-secrets.ts";
import type { Deployment } from "./deployment.ts";
import type { WalletSpec } from "./wallet-spec.ts";

/** One of the input files as it was read: validated content, its bytes' hash, and where it lies. */
export interface InputFile<T> {
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the file's bytes, hex. */
  readonly sha256: string;
  readonly content: T;
}

/** The four input files, validated one by one and against each other. */
export interface Inputs {
  readonly folder: string;
  readonly deployment: Deployment;
  readonly walletSpec: InputFile<WalletSpec>;
  readonly bootstrapSpec: InputFile<BootstrapSpec>;
  /** Held by the infrastructure admin alone; undefined on the machines of the others. */
  readonly customerSecrets: InputFile<CustomerSecrets> | undefined;
}
