import type { ECRClient } from "@aws-sdk/client-ecr";
import type { Model } from "../../isolation/model.ts";
import type { AccountKey } from "../../spec/deployment.ts";
import type { Inputs } from "../../spec/inputs.ts";
import type { AwsClients } from "../aws.ts";
import type { Cloud } from "../cloud.ts";
import type { Handoffs } from "../handoffs.ts";
import type { Role } from "../steps/steps.ts";

/** How a result was come by: on AWS itself, against a stand-in, or not at all. */
export type Evidence = "real" | "stand-in" | "not established";

/** What is true of a step in the cloud now. `waiting`: a person or another step has to act first, as `reason` says. */
export interface Finding {
  readonly state: "done" | "ready" | "waiting";
  readonly evidence: Evidence;
  /** One line for people: what was found or done, or what is waited for and who has to act. */
  readonly detail: string;
  /** For `waiting`: whoever has to act. */
  readonly waitingFor?: Role | "custodians" | "parent zone's owner";
  /** What the run changed; absent when nothing was. */
  readonly changes?: Readonly<Record<string, number>>;
}

/** What an action may use. It sees its own account's clients and nobody else's. */
export interface ActionContext {
  readonly inputs: Inputs;
  readonly model: Model;
  readonly cloud: Cloud;
  /** Accounts of the chosen roles; an action of one account finds exactly that one here. */
  readonly accounts: readonly AccountKey[];
  /** Clients with the credentials of that account's deploy role. */
  aws(account: AccountKey): AwsClients;
  /** Clients as another role of the same account, for instance the sealing role. */
  awsAs(account: AccountKey, roleArn: string): AwsClients;
  /** Registry client in the vendor's Region, with the credentials of this account. */
  vendorRegistry(account: AccountKey): ECRClient;
  readonly handoffs: Handoffs;
  readonly options: {
    /** Bootstrap without the wallet's health being established; named in every output. */
    readonly withoutHealth: boolean;
    /** Folder for files of this machine: the release's download, the pulled specifications. */
    readonly folder: string;
  };
  /** Progress of long work, a line for people. */
  readonly report: (line: string) => void;
}

/** A step that is no stack. `inspect` only reads; `perform` is idempotent and is called only when `inspect` did not say `done`. */
export interface Action {
  inspect(context: ActionContext): Promise<Finding>;
  perform(context: ActionContext): Promise<Finding>;
}
