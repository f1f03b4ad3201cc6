import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import type { AccountKey } from "../spec/deployment.ts";

/** What the engine needs besides its own program to talk to this cloud for one stack. */
export interface EnginePlugins {
  /** Folders that hold provider plugins, for the project's `plugins.providers`; empty: the engine's own installed plugins. */
  readonly providers: readonly { readonly name: string; readonly path: string }[];
  /** Environment of the engine's process: credentials of the account, and where the plugins find this cloud. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * The one seam between this program and the place it deploys to. Everything else (stacks, actions, SDK calls) is the same for AWS
 * and for a rehearsal; a guard that makes sense for real accounts alone asks `real`.
 */
export interface Cloud {
  readonly real: boolean;
  /** Endpoint for every AWS service; undefined: AWS's own endpoints. */
  readonly endpoint: string | undefined;
  /** Credentials of the administrator's deploy role in this account. */
  credentials(account: AccountKey): Promise<AwsCredentialIdentity | AwsCredentialIdentityProvider>;
  /** Opens what the engine needs for this stack; to be closed when the stack's operation ends. */
  plugins(stack: string, account: AccountKey): Promise<EnginePlugins>;
  /** The engine's state of an account: backend address and secrets provider with the variables that they need. */
  state(account: AccountKey): {
    readonly backend: string;
    readonly secretsProvider: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  /** HTTPS for registries, discovery documents and health checks. */
  readonly http: typeof fetch;
  readonly dns: { nameServers(zone: string): Promise<readonly string[]> };
  /** The vendor's public signing key, PEM (SPKI, P-256). */
  readonly vendorKey: string;
  now(): Date;
  /** What stands in for something else here, one plain sentence each; empty on AWS. */
  readonly standIns: readonly string[];
  close(): Promise<void>;
}
