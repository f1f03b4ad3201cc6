import type { PlanFinding } from "../../isolation/plan.ts";
import { CloudFailure } from "../errors.ts";

/** As the services word it: `AccessDenied`, `AccessDeniedException`, EC2's `UnauthorizedOperation`. */
const denied = /^(AccessDenied(Exception)?|UnauthorizedOperation)$/;

export function isDenied(error: unknown): error is Error {
  return error instanceof Error && denied.test(error.name);
}

/** Reads one resource; undefined where it may not be read. */
export type Attempt = <T>(resource: string, read: () => Promise<T>) => Promise<T | undefined>;

/** Reads resource by resource, and keeps what may not be read: nothing is known of it, so that it is never passed over. */
export function attempts(): { readonly attempt: Attempt; readonly unread: readonly PlanFinding[] } {
  const unread: PlanFinding[] = [];
  return {
    unread,
    async attempt(resource, read) {
      try {
        return await read();
      } catch (error) {
        if (!isDenied(error)) throw error;
        unread.push({
          resource,
          message: `may not be read, so that nothing is known of it: ${error.message}`,
        });
        return undefined;
      }
    },
  };
}

/**
 * Reads what nothing can be said of the account without.
 *
 * @throws CloudFailure naming account and call where the read-only role may not read it
 */
export async function readable<T>(account: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new CloudFailure(
      {
        code: "account-not-readable",
        message: `Account ${account} cannot be verified: ${error.message}`,
        hint: "the account's read-only role is made by its baseline stack; deploy that stack, or sign in as somebody whom the role trusts",
      },
      { cause: error },
    );
  }
}

/** The answer, or undefined where the service answers with this error that there is none. */
export async function unless<T>(error: string, call: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if ((thrown as Error).name === error) return undefined;
    throw thrown;
  }
}
