import type { Store } from "../store.ts";

/** What the authoriser reads of the store. */
export type Facts = Pick<Store, "get" | "byArn" | "list">;

/** The store as it is now: whatever is asked again while one request is decided is answered from memory. */
export function factsOf(store: Store): Facts {
  const known = new Map<string, unknown>();
  const once = <T>(key: string, read: () => T): T => {
    if (!known.has(key)) known.set(key, read());
    return known.get(key) as T;
  };
  return {
    get: (account, type, id) => once(`get ${account} ${type} ${id}`, () => store.get(account, type, id)),
    byArn: (arn) => once(`arn ${arn}`, () => (arn.startsWith("arn:") ? store.byArn(arn) : undefined)),
    list: (filter) =>
      once(`list ${filter.account} ${filter.type} ${filter.idBegins}`, () => store.list(filter)),
  };
}
