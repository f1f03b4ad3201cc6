import type { AwsClients } from "../../automation/aws.ts";

/** Addresses of what was set up, which the calls name; they differ from cloud to cloud. */
export interface Facts {
  readonly account: string;
  /** Symmetric key with the fixture's description, tag and alias. */
  readonly keyId: string;
  /** P-256 key for signatures. */
  readonly signingKeyId: string;
  /** `plaintext` under the symmetric key in `encryptionContext`. */
  readonly ciphertext: Uint8Array;
  readonly roleArn: string;
  readonly bucket: string;
  readonly zoneId: string;
  readonly vpcId: string;
}

export const plaintext = Buffer.from("to be protected");
export const encryptionContext = { deployment: "customer-testnet", node: "0" };

export type ServiceName = keyof AwsClients;

/** One call of the SDK whose answer is compared between clouds; they run in the order of the list. */
export interface Call {
  readonly service: ServiceName;
  readonly name: string;
  readonly run: (aws: AwsClients, facts: Facts) => Promise<object>;
  /** Paths of the answer that are not compared, list positions left out (`KeyMetadata.Arn`), each with the reason. */
  readonly apart: Readonly<Record<string, string>>;
}

/** A call of a service: its name, how it is sent, and what of its answer is not compared (as `Call.apart`). */
export type Row<S extends ServiceName> = readonly [
  name: string,
  send: (client: AwsClients[S], facts: Facts) => Promise<object>,
  apart?: Readonly<Record<string, string>>,
];

/** Why a member of an answer is not compared. */
export const random = "made at random, or named differently from cloud to cloud";
export const newer = "AWS answers it today, this version of moto does not";
export const unread = "nothing here reads it";
export const unrecorded = "the engine's provider does not know when a resource was made";
export const empty = "empty lists and texts are left out by one and answered by the other";
