import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { type AccountKey, accountIdOf, accountKeys } from "../../spec/deployment.ts";
import { stackDefinitions } from "../../stacks/index.ts";
import { openEngineStack } from "../engine/stack.ts";
import { Refusal } from "../errors.ts";
import { ofCloud } from "../failures/explain.ts";
import { meansNoAnswer } from "../failures/failure-help.ts";
import type { Installation } from "../installation.ts";
import { accountsOf } from "../steps/role-accounts.ts";
import type { Role } from "../steps/steps.ts";
import { jsonOf } from "../text/json-text.ts";
import { callerOf, identityOf } from "./caller.ts";
import {
  changedIdentity,
  contradictingVariables,
  credentialsOfOthers,
  type Deployed,
  exposedSecrets,
  foreignCaller,
  type SecretsFile,
  severalShardAccounts,
} from "./guards.ts";

/**
 * Asks every guard that concerns a run as a whole. Only reads: who the credentials belong to, the environment, the secrets file, and the
 * engine's state where this folder has deployed something under another name.
 *
 * @throws Refusal by the first guard that refuses
 */
export async function guardRun(
  installation: Installation,
  engine: PulumiCommand,
  roles: readonly Role[],
): Promise<void> {
  const { cloud, inputs } = installation;
  const { deployment, customerSecrets } = inputs;
  const own = accountsOf(roles.filter((role) => role !== "auditor"));
  const insist = (verdict: Refusal | undefined) => {
    if (verdict !== undefined) throw verdict;
  };
  insist(severalShardAccounts(deployment, cloud.real, roles));
  if (cloud.real) insist(contradictingVariables(deployment, own, process.env));
  if (cloud.real && customerSecrets !== undefined) {
    insist(exposedSecrets(await lookAt(customerSecrets.path)));
  }
  await guardCredentials(installation, own);
  if (cloud.real && deployment.profile === "production") {
    const others = accountKeys.filter((account) => !own.includes(account));
    insist(credentialsOfOthers(deployment, own, await reachable(installation, others)));
  }
  for (const deployed of await deployedFromHere(installation, engine, own)) {
    insist(changedIdentity(deployment, deployed));
  }
}

/**
 * Whether the credentials for these accounts are theirs.
 *
 * @throws Refusal for credentials that are unusable, another account's or the root user's
 */
export async function guardCredentials(
  installation: Installation,
  accounts: readonly AccountKey[],
): Promise<void> {
  const { deployment } = installation.inputs;
  for (const account of accounts) {
    const verdict = foreignCaller(
      deployment,
      account,
      await callerOf(installation.aws(account).sts, deployment, account),
    );
    if (verdict !== undefined) throw verdict;
  }
}

/**
 * Which of these accounts' credentials this process could use, and whose they really are. Not being able to is what is hoped for.
 *
 * @throws CloudFailure when AWS could not be asked: what is not known is not taken for safe
 */
export async function reachable(installation: Installation, accounts: readonly AccountKey[]) {
  const callers = await Promise.all(
    accounts.map(async (account) => {
      try {
        const { accountId } = await identityOf(installation.aws(account).sts);
        return [{ account, accountId }];
      } catch (error) {
        if (!meansNoAnswer(error)) return [];
        const id = accountIdOf(installation.inputs.deployment, account);
        const asked = `AWS could not be asked whether this machine has credentials for account ${id} as well: `;
        throw ofCloud(error, asked) ?? error;
      }
    }),
  );
  return callers.flat();
}

/**
 * `git` says by its exit code whether it tracks the file; without git on the machine, or outside of every repository, nothing here does.
 *
 * @throws Refusal where git cannot say it, as for a repository that belongs to somebody else
 */
async function lookAt(path: string): Promise<SecretsFile> {
  const { mode } = await stat(path);
  const tracked = await new Promise<boolean>((resolve, reject) => {
    const asked = ["-C", dirname(path), "ls-files", "--error-unmatch", "--", basename(path)];
    // The words are matched below, so they have to be in one language.
    execFile("git", asked, { env: { ...process.env, LC_ALL: "C" } }, (error, _, said) => {
      if (error === null) resolve(true);
      else if (error.code === "ENOENT" || error.code === 1 || /not a git repository \(or any/.test(said))
        resolve(false);
      else if (typeof error.code === "number") reject(unanswered(path, said));
      else reject(error);
    });
  });
  return { path, mode: mode & 0o777, tracked };
}

function unanswered(path: string, said: string): Refusal {
  return new Refusal({
    code: "secrets-unjudged",
    message: `git could not say whether it tracks ${path}: ${said.trim()}`,
    hint: `make \`git -C ${dirname(path)} status\` work, or move the file out of the repository`,
  });
}

const written = z.looseObject({
  step: z.string(),
  environment: z.string(),
  content: z.looseObject({ url: z.string().optional() }),
});

/**
 * What this folder's hand-offs claim to be deployed under another name than `deployment.yaml` gives now, as far as the engine's state of
 * the own accounts agrees. Hand-offs only say where to look; in the usual case, with nothing renamed, the engine is not asked at all.
 */
async function deployedFromHere(
  installation: Installation,
  engine: PulumiCommand,
  own: readonly AccountKey[],
): Promise<readonly Deployed[]> {
  const { inputs, names } = installation;
  const found: Deployed[] = [];
  for (const { step, environment, content } of await handoffsOf(installation.folder)) {
    const definition = stackDefinitions.find(({ id }) => id === step);
    if (definition === undefined || !own.includes(definition.account)) continue;
    if (!definition.longLived && definition.id !== "wallet") continue;
    const renamed = environment !== inputs.deployment.environment;
    if (!renamed && (content.url === undefined || content.url === names.url)) continue;
    const place = {
      name: `${environment}.${definition.id}`,
      account: definition.account,
      workFolder: installation.workFolder(definition.id),
    };
    const opened = await openEngineStack(engine, installation.cloud, place, async () => ({}), "absent");
    if (opened === undefined) continue;
    try {
      const { resources, outputs } = opened.state;
      if (resources.length === 0) continue;
      const url = typeof outputs.url === "string" ? outputs.url : undefined;
      found.push({ stack: definition.id, environment, url });
    } finally {
      await opened.close();
    }
  }
  return found;
}

async function handoffsOf(folder: string): Promise<readonly z.infer<typeof written>[]> {
  const handoffs = join(folder, "handoffs");
  const files = (await readdir(handoffs).catch(ifMissing([]))).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(files.sort().map((name) => readFile(join(handoffs, name), "utf8")));
  // What is no hand-off is complained about, with its place, by whoever needs it.
  return texts.flatMap((text) => written.safeParse(jsonOf(text)).data ?? []);
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
