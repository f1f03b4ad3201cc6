import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { accountIdOf, accountKeys } from "../../spec/deployment.ts";
import { engineVersion } from "../engine/engine.ts";
import type { ProblemDetails } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { packageFolder } from "../package-folder.ts";
import type { RunEvent } from "../steps/report.ts";
import type { Role } from "../steps/steps.ts";
import { redacted } from "./redact.ts";

/** What a run's log holds, one line an event, in order; `at` is RFC 3339. */
export type LogEvent =
  | {
      readonly type: "started";
      readonly at: string;
      readonly command: string;
      readonly versions: Readonly<Record<string, string>>;
      readonly environment: string;
      readonly profile: string;
      readonly region: string;
      readonly release: string;
      readonly real: boolean;
      readonly accounts: Readonly<Record<string, string>>;
      readonly roles: readonly string[];
    }
  | RunEvent
  | { readonly type: "failure"; readonly at: string; readonly error: ProblemDetails }
  | { readonly type: "ended"; readonly at: string; readonly exitCode: number };

/** A run told for whoever has to help: what happened when, with versions and causes, and no secret. */
export interface RunLog {
  readonly file: string;
  write(event: LogEvent): void;
}

/** Older ones are removed when a new one begins. */
const kept = 20;

/**
 * Begins the log of a run in `<folder>/logs/<time>-<command>.jsonl`, for this user's eyes alone. Known secrets (the customer's file, this
 * process's credentials) and whatever looks like a key or a token are taken out of every line.
 */
export function openRunLog(
  installation: Installation,
  run: { readonly command: string; readonly given: string; readonly roles: readonly Role[] },
): RunLog {
  const { cloud, inputs } = installation;
  const folder = join(installation.folder, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeOld(folder);
  const startedAt = cloud.now().toISOString();
  const file = join(folder, `${startedAt.replaceAll(/[:.]/g, "-")}-${run.command}.jsonl`);
  const secrets = secretsOf(installation);
  const write = (event: LogEvent) =>
    appendFileSync(file, `${JSON.stringify(redacted(event, secrets))}\n`, { mode: 0o600 });
  const { deployment } = inputs;
  write({
    type: "started",
    at: startedAt,
    command: run.given,
    versions: {
      program: programVersion(),
      engine: engineVersion,
      node: process.versions.node,
      system: `${platform()} ${release()} ${arch()}`,
    },
    environment: deployment.environment,
    profile: deployment.profile,
    region: deployment.region,
    release: deployment.release.version,
    real: cloud.real,
    accounts: Object.fromEntries(accountKeys.map((key) => [key, accountIdOf(deployment, key)])),
    roles: run.roles,
  });
  return { file, write };
}

function programVersion(): string {
  const manifest = readFileSync(join(packageFolder, "package.json"), "utf8");
  return z.looseObject({ version: z.string() }).parse(JSON.parse(manifest)).version;
}

function removeOld(folder: string): void {
  const old = readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort();
  for (const name of old.slice(0, Math.max(0, old.length - (kept - 1)))) rmSync(join(folder, name));
}

const secretVariables = /SECRET|TOKEN|PASSWORD|PASSPHRASE|PRIVATE|ACCESS_KEY/i;

function secretsOf({ inputs }: Installation): string[] {
  // The recovery key's public half is public, and all evidence names it.
  const { ers_public_key: _, ...secrets } = inputs.customerSecrets?.content ?? {};
  const variables = Object.entries(process.env).filter(([name]) => secretVariables.test(name));
  return [...Object.values(secrets), ...variables.map(([, value]) => value)].filter(
    (value) => value !== undefined,
  );
}
