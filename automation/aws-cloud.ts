import { resolveNs } from "node:dns/promises";
import { fromIni, fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { persistently } from "../release/persistent-fetch.ts";
import type { AccountKey, Deployment } from "../spec/deployment.ts";
import type { Cloud } from "./cloud.ts";

/**
 * The vendor's public signing key as the vendor publishes it (P-256, SPKI). Every image of a release is checked against it by digest.
 */
const vendorKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfJLNcMpG3m8EOswCU7cqzWBsHSfY
+rt4HRvbPWAqadeYxIhhBWXjWDiRk4SAa2XXhZVi7IEO7TMaJcuFyHvoBQ==
-----END PUBLIC KEY-----
`;

/** AWS itself: each account through its own profile, its own state bucket and its own key for the state's secrets. */
export function awsCloud(deployment: Deployment): Cloud {
  const { accounts } = deployment;
  const profileOf = (account: AccountKey): Record<string, string> => {
    const { profile } = accounts[account];
    return profile === undefined ? {} : { AWS_PROFILE: profile };
  };
  return {
    real: true,
    endpoint: undefined,
    async credentials(account) {
      const { profile } = accounts[account];
      return profile === undefined ? fromNodeProviderChain() : fromIni({ profile });
    },
    async plugins(_stack, account) {
      return { providers: [], environment: profileOf(account), close: async () => {} };
    },
    state(account) {
      const { backend, secretsProvider } = accounts[account].state;
      return { backend, secretsProvider, environment: profileOf(account) };
    },
    http: persistently(fetch),
    dns: {
      async nameServers(zone) {
        try {
          return await resolveNs(zone);
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === "ENOTFOUND" || code === "ENODATA") return [];
          throw error;
        }
      },
    },
    vendorKey,
    now: () => new Date(),
    standIns: [],
    close: async () => {},
  };
}
