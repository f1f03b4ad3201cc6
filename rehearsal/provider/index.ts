import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Caller, StandInCloud } from "../request.ts";
import { dockerProvider } from "./docker.ts";
import { retrying } from "./retries.ts";
import { awsProvider } from "./server.ts";
import { serve } from "./wire.ts";

export interface ProviderOptions {
  readonly cloud: StandInCloud;
  /** Whose credentials the engine has: the admin's session in the account's deploy role. */
  readonly caller: Caller;
  readonly region: string;
  /** Name of the stack, `<environment>.<stack>`. */
  readonly stack: string;
}

export interface Providers {
  /** For the engine's process, whose PATH has to lead to a Node that runs TypeScript: the plugins are scripts. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the project's `plugins.providers`: names and folders of the plugins. */
  readonly providers: readonly { readonly name: string; readonly path: string }[];
  close(): Promise<void>;
}

/**
 * Opens the engine's providers for one stack in this process, a port each. The plugins that the engine starts only lead it there,
 * except `awsx`, whose component is a program of its own and speaks to `aws` through the engine.
 */
export async function startProviders({ cloud, caller, region, stack }: ProviderOptions): Promise<Providers> {
  const persistent = retrying(cloud);
  const [aws, docker] = await Promise.all([
    serve(awsProvider(persistent, caller, region, stack)),
    serve(dockerProvider(persistent, caller, region)),
  ]);
  return {
    environment: {
      IVAULT_REHEARSAL_AWS_PORT: `${aws.port}`,
      IVAULT_REHEARSAL_DOCKER_PORT: `${docker.port}`,
      // This file's own ending: `.ts` in the repository, `.js` in the package.
      IVAULT_REHEARSAL_AWSX_PROGRAM: fileURLToPath(
        new URL(`./awsx/main${extname(import.meta.filename)}`, import.meta.url),
      ),
    },
    providers: ["aws", "awsx", "docker"].map((name) => ({
      name,
      path: fileURLToPath(new URL(`../plugins/${name}`, import.meta.url)),
    })),
    close: async () => {
      aws.close();
      docker.close();
    },
  };
}
