import type { Provider } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import type { Model } from "../isolation/model.ts";
import type { AccountKey, Deployment } from "../spec/deployment.ts";
import type { WalletSpec } from "../spec/wallet-spec.ts";
import type { StackId, StackOutputs } from "./outputs.ts";

/** Everything a stack's program is made from. Nothing else is read: no file, no environment variable, no network. */
export interface StackContext {
  readonly deployment: Deployment;
  readonly spec: WalletSpec;
  readonly model: Model;
  /** Outputs of the stacks in `needs`; the definition's placeholders where they do not exist yet. */
  readonly outputsOf: <S extends StackId>(stack: S) => StackOutputs[S];
  /**
   * Image digest by component, all of them pinned (the release's, and the broker image's own, which is computed). While the images are
   * not yet in the account's registry, `imagesPresent` is false and the stack takes the pinned digest without looking it up.
   */
  readonly imageDigests: Readonly<Record<string, string>>;
  readonly imagesPresent: boolean;
  /** Hand-offs of the actions that a stack depends on, for instance the hash that makes tasks roll when secrets change. */
  readonly revisions: Readonly<Record<string, string>>;
  /** False: preview as the admin's own principal, because the key-admin role of the account does not exist yet. */
  readonly keyAdminRoleExists: boolean;
}

export type OutputsToBe<S extends StackId> = { readonly [K in keyof StackOutputs[S]]: Input<unknown> };

/** One stack: what exists in which account. */
export interface StackDefinition<S extends StackId = StackId> {
  readonly id: S;
  readonly account: AccountKey;
  /** One line for people: what the stack holds. */
  readonly title: string;
  /** Stacks whose outputs the program reads. */
  readonly needs: readonly StackId[];
  /** Holds data or keys that must outlive every change: protected and retained. */
  readonly longLived: boolean;
  /** Outputs for a preview before the stack exists; recognizable as such. */
  readonly placeholders: (model: Model) => StackOutputs[S];
  /**
   * Creates the resources, all of them with this one provider, and returns the outputs. Run by the engine, inline or through
   * `automation/program.ts`.
   */
  readonly program: (context: StackContext, provider: Provider) => OutputsToBe<S>;
}
