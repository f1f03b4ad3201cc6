import { setTimeout as pause } from "node:timers/promises";
import { RegistryError } from "../../release/registry.ts";
import { ActionableError, CloudFailure } from "../errors.ts";
import { ofCloud, words } from "../failures/explain.ts";
import { helpFor } from "../failures/failure-help.ts";
import type { KnownFailure } from "../failures/known-failure.ts";
import type { ActionId } from "../steps/steps.ts";
import { VaultValueError } from "../values/vault-values.ts";
import type { Action, Finding } from "./action.ts";
import { backup } from "./backup.ts";
import { bootstrap } from "./bootstrap.ts";
import { databaseInit } from "./database-init.ts";
import { dnsDelegation } from "./dns-delegation.ts";
import { doctor } from "./doctor.ts";
import { environment, ers, tokens } from "./inputs-checks.ts";
import { nodeConfiguration } from "./node-configuration.ts";
import { nodeSecrets } from "./node-secrets.ts";
import { serviceImages } from "./service-images.ts";
import { start } from "./start.ts";
import { authenticate, release, specs } from "./vendor.ts";
import { walletSecrets } from "./wallet-secrets.ts";

const actions: Readonly<Record<ActionId, Action>> = {
  doctor,
  ers,
  tokens,
  authenticate,
  environment,
  specs,
  release,
  "dns-delegation": dnsDelegation,
  "service-images": serviceImages,
  "secrets-policy-node0": nodeSecrets(0),
  "secrets-policy-node1": nodeSecrets(1),
  "secrets-policy-node2": nodeSecrets(2),
  "secrets-wallet": walletSecrets,
  "configure-policy-node0": nodeConfiguration(0),
  "configure-policy-node1": nodeConfiguration(1),
  "configure-policy-node2": nodeConfiguration(2),
  "database-init": databaseInit((milliseconds) => pause(milliseconds)),
  start: start((milliseconds) => pause(milliseconds)),
  bootstrap: bootstrap((milliseconds) => pause(milliseconds)),
  backup,
};

/**
 * The step that is no stack. Whatever AWS or a registry refuses comes out of it as a CloudFailure that names the step.
 */
export function actionFor(id: ActionId): Action {
  const action = actions[id];
  return {
    inspect: (context) => named(id, () => action.inspect(context)),
    perform: (context) => named(id, () => action.perform(context)),
  };
}

async function named(id: ActionId, work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    throw cloudFailure(id, error) ?? error;
  }
}

/** An error of the cloud as one that a person can act on; undefined for what is ours or a bug. */
function cloudFailure(id: ActionId, error: unknown): CloudFailure | undefined {
  if (error instanceof ActionableError || !(error instanceof Error)) return undefined;
  if (error instanceof VaultValueError) {
    const hint = "somebody else wrote this value; restore the version of it that this program wrote";
    return new CloudFailure(
      { code: "vault-value", message: `Step ${id}: ${error.message}`, hint },
      { cause: error },
    );
  }
  const answered = ofCloud(error, `Step ${id}: `);
  if (answered !== undefined) return answered;
  if (error instanceof RegistryError) return registryFailure(id, error);
  const code = systemCode(error);
  if (code === undefined) return undefined;
  return refused(id, code, error);
}

/** What a registry refused, or answered in a way that passes by itself: the same as when AWS's own services answer so. */
function registryFailure(id: ActionId, error: RegistryError): CloudFailure {
  const { code, status = 0, message } = error;
  const passing =
    status === 429 ? "TooManyRequestsException" : status >= 500 ? "ServiceUnavailable" : undefined;
  const known = passing === undefined ? undefined : helpFor([{ code: passing, text: message }]);
  return refused(id, code, error, known);
}

function refused(id: ActionId, code: string, error: Error, known?: KnownFailure): CloudFailure {
  return new CloudFailure(
    {
      code: "cloud-refused",
      message: `Step ${id}: ${code}: ${error.message}`,
      hint:
        known === undefined
          ? "mend what is named, if it is yours; running the same command again resumes"
          : words(known),
      known: known?.id,
    },
    { cause: error },
  );
}

/** The code of an error of the operating system, such as of a connection that did not come about. */
function systemCode(error: Error & { readonly code?: unknown }): string | undefined {
  return typeof error.code === "string" && /^E[A-Z]+$/.test(error.code) ? error.code : undefined;
}
