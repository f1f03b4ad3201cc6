import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Cloud } from "../automation/cloud.ts";
import { namesOf } from "../isolation/names.ts";
import { persistently } from "../release/persistent-fetch.ts";
import { type AccountKey, accountIdOf } from "../spec/deployment.ts";
import { inputErrors } from "../spec/input-errors.ts";
import type { Inputs } from "../spec/inputs.ts";
import { loadInputs } from "../spec/load.ts";
import { standInCloud } from "./cloud.ts";
import { endpoints } from "./endpoints.ts";
import { faultsOf } from "./faults/inject.ts";
import { readFaults } from "./faults/read.ts";
import {
  emptyFolder,
  folderState,
  inputsOf,
  markFolder,
  passphraseFile,
  RehearsalError,
  refuseForeign,
} from "./folder.ts";
import { startProviders } from "./provider/index.ts";
import { type OwnersRole, seed } from "./seed.ts";
import { startServer } from "./server.ts";
import type { Store } from "./store.ts";
import { openStore } from "./store-sqlite.ts";
import { fetchThrough } from "./web.ts";
import { delegatedNameServers } from "./zones.ts";

export interface RehearsalOptions {
  /** Where the rehearsal lives; created when it does not exist. */
  readonly folder: string;
  /** Folder of the input files; absent: that which the rehearsal began with. */
  readonly inputsFolder?: string;
  /** What the accounts' owners make before the first run: roles that exist without any stack. */
  readonly ownersRoles: (inputs: Inputs) => readonly OwnersRole[];
  /** Empty the folder first. */
  readonly fresh?: boolean;
  /** Faults put in the way of requests, a seed or a file; absent: none. For tests. */
  readonly faults?: string;
}

export interface Rehearsal extends Cloud {
  /** Folder of the input files that it works on. */
  readonly inputsFolder: string;
  readonly store: Store;
}

/**
 * Opens a rehearsal: three accounts on this machine with what their owners would have made beforehand (deploy roles, the parent
 * zone), a vendor with a release, and a server that speaks AWS's protocols. What a folder holds already is kept.
 *
 * @throws RehearsalError for a folder of somebody else's, a rehearsal that does not exist, or input files with errors
 */
export async function openRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const folder = resolve(options.folder);
  const faults = options.faults === undefined ? undefined : faultsOf(readFaults(options.faults));
  const { inputs, inputsFolder } = await prepareFolder(folder, options);
  const { deployment } = inputs;
  const names = namesOf(deployment);
  const now = () => new Date();
  const store = openStore(join(folder, "store"));
  const vendorKey = seed(store, inputs, options.ownersRoles(inputs), now());
  const standIn = standInCloud({
    store,
    region: deployment.region,
    now,
    logFile: join(folder, "requests.jsonl"),
    ...(faults === undefined ? {} : { faults }),
  });
  const server = await startServer(standIn, endpoints);
  const passphrase = passphraseFile(folder);
  const sessions = new Map<string, ReturnType<typeof standIn.issueSession>>();
  const session = (account: AccountKey) => {
    const id = accountIdOf(deployment, account);
    const issued = sessions.get(id) ?? standIn.issueSession(names.deployRole(account).arn, "rehearsal");
    sessions.set(id, issued);
    return issued;
  };
  return {
    inputsFolder,
    store,
    real: false,
    endpoint: server.url,
    credentials: async (account) => session(account),
    async plugins(stack, account) {
      const { accessKeyId, sessionToken } = session(account);
      const caller = standIn.callerOf(accessKeyId, sessionToken);
      if (caller === undefined) throw new Error(`The deploy role's session in account ${account} has ended.`);
      return startProviders({ cloud: standIn, caller, stack, region: deployment.region });
    },
    state(account) {
      const state = join(folder, "state", accountIdOf(deployment, account));
      mkdirSync(state, { recursive: true, mode: 0o700 });
      return {
        // Without the files of attributes beside each file of state: a run that is killed while one is written could not be read again.
        backend: `file://${state}?metadata=skip`,
        secretsProvider: "passphrase",
        environment: { PULUMI_CONFIG_PASSPHRASE_FILE: passphrase },
      };
    },
    http: persistently(fetchThrough(server.url)),
    dns: { nameServers: async (zone) => delegatedNameServers(store, zone) },
    vendorKey,
    now,
    standIns: standIns(deployment.dns.parentZone),
    async close() {
      await server.close();
      store.close();
    },
  };
}

/** Checks inputs and folder before anything is removed or written; returns the inputs that the rehearsal works on. */
async function prepareFolder(
  folder: string,
  { inputsFolder: named, fresh }: RehearsalOptions,
): Promise<{ readonly inputs: Inputs; readonly inputsFolder: string }> {
  refuseForeign(folder);
  const begun = folderState(folder) === "rehearsal";
  const inputsFolder = named === undefined ? (begun ? inputsOf(folder) : undefined) : resolve(named);
  if (inputsFolder === undefined) {
    throw new RehearsalError(
      "rehearsal-missing",
      `There is no rehearsal in ${folder}.`,
      "begin one with `ivault rehearse`, or name its folder with --rehearsal",
    );
  }
  const inputs = await readInputs(inputsFolder);
  if (fresh) emptyFolder(folder);
  markFolder(folder, inputsFolder);
  return { inputs, inputsFolder };
}

async function readInputs(folder: string): Promise<Inputs> {
  const loaded = await loadInputs(folder);
  if (loaded.inputs !== undefined) return loaded.inputs;
  const { message, hint, first } = inputErrors(loaded.problems, folder);
  const { file, line, column } = first ?? {};
  throw new RehearsalError("invalid-input", message, hint, { file, line, column });
}

function standIns(parentZone: string): readonly string[] {
  return [
    "AWS: accounts kept in a folder of this machine answer in its place, over AWS's own protocols and signatures.",
    "Access control: this program evaluates the policies in AWS's place (identity, boundary, session, trust, key, grant, resource, endpoint, organization).",
    "KMS: keys are AES-256 and P-256 keys in that folder instead of in hardware.",
    "The vendor: its registry, bucket, images, enclave image and signing key were made here; the images hold no product.",
    `DNS: ${parentZone} and its name servers are records in that folder; no resolver is asked.`,
    "The identity provider: a discovery document that names no real server.",
    "Containers, hosts and databases: described as AWS would describe them; nothing of them runs.",
  ];
}
