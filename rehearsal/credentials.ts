import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Caller, StandInCloud } from "./request.ts";
import type { Store } from "./store.ts";

const sessionType = "sts:session";
const lifetimeMilliseconds = 12 * 3600 * 1000;
const keyIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const sessionProperties = z.object({
  principal: z.string(),
  roleArn: z.string().optional(),
  sessionPolicy: z.string().optional(),
  secondFactor: z.boolean().optional(),
  secret: z.string(),
  tokenSha256: z.string(),
  expiration: z.string(),
});

/** What the stand-in knows of an access key that it issued. */
export interface Session {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  readonly expired: boolean;
}

const hash = (text: string) => createHash("sha256").update(text).digest();
const sealContext = (accessKeyId: string) => `sts:session ${accessKeyId}`;

/** Temporary credentials of a role, a user or a root, shaped as STS's. The secret is kept sealed, the token only as its hash. */
export function issueSession(
  store: Store,
  now: Date,
  principalArn: string,
  sessionName: string,
  limits: Pick<Caller, "sessionPolicy" | "secondFactor"> = {},
): ReturnType<StandInCloud["issueSession"]> {
  const { account, ...principal } = sessionOf(principalArn, sessionName);
  const letters = Array.from({ length: 16 }, () => keyIdAlphabet.charAt(randomInt(keyIdAlphabet.length)));
  const accessKeyId = `ASIA${letters.join("")}`;
  const secretAccessKey = randomBytes(30).toString("base64");
  const sessionToken = `IQoJ${randomBytes(180).toString("base64")}`;
  const expiration = new Date(now.getTime() + lifetimeMilliseconds);
  store.transaction(() => {
    for (const old of store.list({ account, type: sessionType })) {
      if (new Date(sessionProperties.parse(old.properties).expiration) <= now)
        store.delete(account, sessionType, old.id);
    }
    store.put({
      account,
      type: sessionType,
      id: accessKeyId,
      arn: null,
      properties: {
        ...principal,
        ...limits,
        secret: store.seal(Buffer.from(secretAccessKey), sealContext(accessKeyId)),
        tokenSha256: hash(sessionToken).toString("hex"),
        expiration: expiration.toISOString(),
      },
    });
  });
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

/** A role acts as its session; users and roots act as themselves. */
function sessionOf(principalArn: string, sessionName: string): Caller {
  const [, account, kind, name] =
    /^arn:aws:iam::(\d{12}):(?:(role|user)\/(?:.*\/)?([^/]+)|root)$/.exec(principalArn) ?? [];
  if (account === undefined) {
    throw new Error(`A session is issued for a role, a user or a root; ${principalArn} is the ARN of none.`);
  }
  if (kind !== "role") return { account, principal: principalArn };
  return {
    account,
    principal: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    roleArn: principalArn,
  };
}

/** The session of an access key; undefined for a key that nobody issued, or with another session's token. */
export function findSession(
  store: Store,
  now: Date,
  accessKeyId: string,
  sessionToken: string | undefined,
): Session | undefined {
  const [stored] = store.list({ type: sessionType, idBegins: accessKeyId });
  if (stored?.id !== accessKeyId) return undefined;
  const { secret, tokenSha256, expiration, ...caller } = sessionProperties.parse(stored.properties);
  if (sessionToken !== undefined && !timingSafeEqual(hash(sessionToken), Buffer.from(tokenSha256, "hex")))
    return undefined;
  return {
    caller: { account: stored.account, ...caller },
    secretAccessKey: Buffer.from(store.open(secret, sealContext(accessKeyId))).toString(),
    expired: new Date(expiration) <= now,
  };
}
