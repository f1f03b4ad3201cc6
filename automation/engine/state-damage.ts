import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { Refusal } from "../errors.ts";
import { backendFolder, projectName, type StackPlace } from "./stack-place.ts";

/** What is wrong with a file of state, for the message. */
export type StateDamage =
  | { readonly kind: "empty" | "truncated" }
  | { readonly kind: "other-stack"; readonly found: string }
  | { readonly kind: "older"; readonly written: string; readonly lastWritten: string }
  | { readonly kind: "secrets-provider"; readonly found: string };

const checkpoint = z.looseObject({
  version: z.number(),
  checkpoint: z.looseObject({
    latest: z
      .looseObject({
        manifest: z.looseObject({ time: z.string() }),
        secrets_providers: z.looseObject({ type: z.string() }).optional(),
        resources: z.array(z.looseObject({ urn: z.string() })).default([]),
      })
      .nullish(),
  }),
});

/**
 * Judges a file of the engine's state.
 *
 * @param text the file's
 * @param stack full name, `<environment>.<stack>`
 * @param secretsProvider type that this deployment uses
 * @param lastWritten RFC 3339: when the state of the last finished update was written, from the history; undefined: there was none
 */
export function damageOf(
  text: string,
  stack: string,
  secretsProvider: string,
  lastWritten: string | undefined,
): StateDamage | undefined {
  if (text.trim() === "") return { kind: "empty" };
  const latest = parsed(text)?.checkpoint.latest;
  if (latest === undefined) return { kind: "truncated" };
  if (latest === null) return undefined;
  const { manifest, secrets_providers: provider, resources } = latest;
  const foreign = resources.map(({ urn }) => urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "");
  const found = foreign.find((name) => name !== stack);
  if (found !== undefined) return { kind: "other-stack", found };
  if (provider !== undefined && provider.type !== secretsProvider)
    return { kind: "secrets-provider", found: provider.type };
  if (lastWritten !== undefined && Date.parse(manifest.time) < Date.parse(lastWritten))
    return { kind: "older", written: manifest.time, lastWritten };
  return undefined;
}

/** Undefined: no state of the engine. A stack without any deployment yet has `latest` null. */
function parsed(text: string): z.infer<typeof checkpoint> | undefined {
  try {
    const content = checkpoint.safeParse(JSON.parse(text));
    if (!content.success) return undefined;
    const { latest = null } = content.data.checkpoint;
    return { ...content.data, checkpoint: { latest } };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Looks at a stack's state before the engine does, which would take a damaged one for a stack without resources or fail without saying
 * what to do. Backends that are not folders keep versions themselves and are left to the engine.
 *
 * @throws Refusal with the recipe to get the state back
 */
export async function refuseDamagedState(cloud: Cloud, place: StackPlace): Promise<void> {
  const { backend, secretsProvider } = cloud.state(place.account);
  const folder = backendFolder(backend);
  if (folder === undefined) return;
  const file = join(folder, ".pulumi", "stacks", projectName, `${place.name}.json`);
  if (!existsSync(file)) return;
  const history = join(folder, ".pulumi", "history", projectName, place.name);
  const type = secretsProvider.includes("://") ? "cloud" : secretsProvider;
  const damage = damageOf(await readFile(file, "utf8"), place.name, type, await lastWritten(history));
  if (damage === undefined) return;
  throw new Refusal({
    code: `state-${damage.kind}`,
    message: `The state of stack ${place.name} cannot be used: ${file} ${describe(damage)}.`,
    hint: await recipe(file, history),
    file,
  });
}

function describe(damage: StateDamage): string {
  switch (damage.kind) {
    case "empty":
      return "is empty";
    case "truncated":
      return "is cut off or no state of the engine";
    case "other-stack":
      return `is the state of another stack, ${damage.found}`;
    case "older":
      return `was written ${damage.written}, but the last update of this stack ended with one of ${damage.lastWritten}: an older version has been put back`;
    case "secrets-provider":
      return `has its secrets under another provider, ${damage.found}`;
  }
}

/** Nothing is made anew over a damaged state: the newest good copy is put back, and what it does not know is found by tag. */
async function recipe(file: string, history: string): Promise<string> {
  const copies = existsSync(`${file}.bak`) ? [`${file}.bak`] : [];
  const newest = (await filesOf(history, ".checkpoint.json")).at(-1);
  if (newest !== undefined) copies.unshift(join(history, newest));
  if (copies.length === 0)
    return "put back the last good copy from your backup, then run the same command again; what is in the cloud and not in the state is found by its tags and taken over";
  return `put back the newest good copy, \`cp ${copies[0]} ${file}\`${copies[1] === undefined ? "" : ` (or ${copies[1]})`}, then run the same command again; what it does not know is found by its tags and taken over`;
}

/** When the newest state in the history was written. Killed updates leave none there, so a state may be newer than all of them. */
async function lastWritten(history: string): Promise<string | undefined> {
  const newest = (await filesOf(history, ".checkpoint.json")).at(-1);
  if (newest === undefined) return undefined;
  return parsed(await readFile(join(history, newest), "utf8"))?.checkpoint.latest?.manifest.time;
}

/** The engine names them by the time in nanoseconds, so that the last by name is the newest. */
async function filesOf(folder: string, ending: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
}

/**
 * @throws Refusal when the account's folder of state cannot be written
 */
export async function refuseUnwritableState(cloud: Cloud, { account }: StackPlace): Promise<void> {
  const folder = backendFolder(cloud.state(account).backend);
  if (folder === undefined) return;
  const probe = join(folder, ".pulumi", `.writable-${process.pid}`);
  try {
    await mkdir(join(folder, ".pulumi"), { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Refusal({
      code: "state-unwritable",
      message: `The engine's state in ${folder} cannot be written: ${message}.`,
      hint:
        code === "ENOSPC"
          ? "make room on the disk, then run the same command again; nothing was changed"
          : `give your user the right to write in ${folder} (or mount it writable), then run the same command again; nothing was changed`,
    });
  }
}
