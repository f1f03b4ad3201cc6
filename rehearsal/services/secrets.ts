import { z } from "zod";
import { accountOfArn } from "../arns.ts";
import type { Store, StoredObject } from "../store.ts";

const type = "aws:secretsmanager/secret:Secret";
const properties = z.object({
  name: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  policy: z.string().optional(),
  /** Present while the secret waits to be deleted. */
  deletionDate: z.string().optional(),
});

/** A secret as the engine's provider made it. */
export interface Secret extends z.infer<typeof properties> {
  readonly account: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export function secretsOf(store: Store, account: string): Secret[] {
  return store.list({ account, type }).map(secretOf);
}

/** By name, ARN, or ARN without its six-character suffix; a name is looked up in the caller's own account. */
export function findSecret(store: Store, callerAccount: string, named: string): Secret | undefined {
  const account = named.startsWith("arn:") ? accountOfArn(named) : callerAccount;
  return secretsOf(store, account).find(
    ({ arn, name }) => named === name || named === arn || arn.replace(/-[A-Za-z0-9]{6}$/, "") === named,
  );
}

function secretOf(stored: StoredObject): Secret {
  return {
    ...properties.parse(stored.properties),
    account: stored.account,
    arn: z.string().parse(stored.arn),
    properties: stored.properties,
  };
}
