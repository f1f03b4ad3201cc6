import { type AccountKey, accountKeys } from "../spec/deployment.ts";
import type { ModelState } from "./model.ts";
import type { Scope } from "./scope.ts";

/** Places of the engine's state in this account; one, but in a sandbox possibly one for each administrator. */
export function statesOf(scope: Scope, account: AccountKey): readonly ModelState[] {
  const places = accountKeys
    .filter((other) => scope.id(other) === scope.id(account))
    .map((other): ModelState => {
      const { backend, secretsProvider } = scope.deployment.accounts[other].state;
      return {
        account,
        bucket: backend.replace(/^s3:\/\//, "").replace(/[/?].*$/, ""),
        key: secretsProvider.replace(/^awskms:\/\/\/?/, "").replace(/\?.*$/, ""),
      };
    });
  return [...new Map(places.map((place) => [`${place.bucket} ${place.key}`, place])).values()];
}
