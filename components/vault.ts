import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { Model } from "../isolation/model.ts";
import { policyText } from "../isolation/policy.ts";
import { createKey } from "./key.ts";
import { longLived, recoveryDays } from "./long-lived.ts";
import { entry } from "./lookup.ts";

export interface VaultArgs {
  readonly model: Model;
  /** The stack whose keys and secrets of the model these are: a policy node's, or those of wallet and broker. */
  readonly stack: string;
}

/**
 * Keys and secrets of one owner: of a policy node (sealing key, vault key, configuration key and the node's secrets), or of the
 * wallet and its broker. The secrets are made without a value; values are born in the account by the steps that follow and never
 * pass through the engine.
 */
export class Vault extends ComponentResource {
  /** By the key's name in the model. */
  readonly keyArns: Readonly<Record<string, Output<string>>>;
  /** By the secret's name in the model. */
  readonly secretArns: Readonly<Record<string, Output<string>>>;

  constructor(name: string, args: VaultArgs, options?: ComponentResourceOptions) {
    super("ivault:vault:Vault", name, {}, options);
    const keys = this.#createKeys(args);
    this.keyArns = Object.fromEntries(Object.entries(keys).map(([key, { arn }]) => [key, arn]));
    this.secretArns = this.#createSecrets(args, this.keyArns);
    this.registerOutputs({});
  }

  #createKeys({ model, stack }: VaultArgs): Record<string, aws.kms.Key> {
    const ours = Object.values(model.keys).filter((key) => key.stack === stack);
    return Object.fromEntries(
      ours.map((key) => [key.name, createKey(key, model.names.prefix, { parent: this })]),
    );
  }

  #createSecrets({ model, stack }: VaultArgs, keyArns: VaultSecretKeys): Record<string, Output<string>> {
    const ours = Object.entries(model.secrets).filter(([, secret]) => secret.stack === stack);
    return Object.fromEntries(
      ours.map(([key, secret]) => {
        const created = new aws.secretsmanager.Secret(
          secret.logicalName,
          {
            name: secret.name,
            description: secret.description,
            kmsKeyId: entry(keyArns, secret.key, `key in stack ${stack}`),
            policy: policyText(secret.policy),
            recoveryWindowInDays: recoveryDays,
          },
          { parent: this, ...longLived },
        );
        return [key, created.arn];
      }),
    );
  }
}

type VaultSecretKeys = Readonly<Record<string, Output<string>>>;
