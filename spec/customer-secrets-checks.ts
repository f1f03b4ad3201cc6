import type { CustomerSecrets } from "./customer-secrets.ts";
import { checkErsPublicKey } from "./ers-key.ts";
import { eachEntry, whereReadable } from "./readable.ts";
import type { Finding } from "./yaml-file.ts";

/** What is left of a form that was not filled in. */
const placeholder =
  /^(<.*>|\[.*\]|\{.*\}|\$\{.*|x{3,}|\.{3}|change[-_ ]?me.*|replace[-_ ]?me.*|to[-_ ]?do|tbd|your[-_ ].*|placeholder.*|none|null|n\/?a)$/i;

/** What the schema of customer-secrets.yml cannot see. No finding repeats a value. */
export function customerSecretsFindings(secrets: CustomerSecrets): Finding[] {
  const read = (key: keyof CustomerSecrets) => ({ path: [key], value: secrets[key] });
  return [
    ...eachEntry(secrets as Record<string, string>, (key, value): Finding[] =>
      placeholder.test(value)
        ? [
            {
              path: [key],
              message: "found a placeholder; accepted: the value itself",
              hint: `put in ${key} as the vendor or the identity provider gave it to you`,
            },
          ]
        : [],
    ),
    ...whereReadable(() => pair(secrets)),
    ...whereReadable((): Finding[] => {
      const { path, value } = read("CLIENT_ID_NATIVE");
      return value === read("CLIENT_ID_SPA").value
        ? [
            {
              path,
              message:
                "is the same as CLIENT_ID_SPA; accepted: the ids of two applications, one single-page and one native",
              hint: "make a native application at the identity provider and put in its client id",
            },
          ]
        : [];
    }),
    ...whereReadable(() => ersFindings(["ers_public_key"], secrets.ers_public_key)),
  ];
}

function pair(secrets: CustomerSecrets): Finding[] {
  const user = secrets["chainalysis-user"] !== undefined;
  if (user === (secrets["chainalysis-token"] !== undefined)) return [];
  const [there, missing] = user
    ? ["chainalysis-user", "chainalysis-token"]
    : ["chainalysis-token", "chainalysis-user"];
  return [
    {
      path: [there],
      message: `${there} is there without ${missing}; accepted: chainalysis-user and chainalysis-token together, or neither`,
      hint: `add ${missing}, or leave both out`,
      ofKey: true,
    },
  ];
}

/** The emergency recovery key, wherever a file holds it. */
export function ersFindings(path: readonly PropertyKey[], text: string): Finding[] {
  const { ok, reason = "" } = checkErsPublicKey(text);
  return ok
    ? []
    : [
        {
          path,
          message: `is no emergency recovery key that policy nodes accept: ${reason}`,
          hint: "ask the custodians for the public half: openssl rsa -in KEY -pubout -outform D | base64 -w0",
        },
      ];
}
