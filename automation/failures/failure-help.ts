import { knownFailures } from "./index.ts";
import type { KnownFailure } from "./known-failure.ts";

/** What can be said of a failure without its words: who answered what, with which code. */
export interface FailureCode {
  readonly code?: string;
  /** As AWS's SDKs name it, for instance `Secrets Manager`. */
  readonly service?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly requestId?: string;
  /** The words; looked into only where a code does not tell causes apart, or where there is none. */
  readonly text: string;
}

/** The known failure that these are, if any; the table's order decides between several. */
export function helpFor(failures: readonly FailureCode[]): KnownFailure | undefined {
  return knownFailures.find((known) => failures.some((failure) => fits(known, failure)));
}

function fits({ codes, services, says }: KnownFailure, { code, service, text }: FailureCode): boolean {
  if (codes !== undefined && (code === undefined || !codes.includes(code))) return false;
  if (services !== undefined && (service === undefined || !services.includes(service))) return false;
  return says === undefined || says.test(text);
}

/** How AWS's SDK for Go, which the engine's provider is made with, prints an error: service, operation, status, request id, code. */
const goError =
  /operation error ([\w ]+): (\w+),(?: [^:]*?,)?(?: https response error)? StatusCode: (\d+), RequestID: ([\w-]*),(?: HostID: [^,]*,)? (?:api error )?([\w.]+)/g;
/** The same without the answer's frame, as look-ups print it. */
const bareCode = /api error ([\w.]+)/g;

/** The codes that an engine's diagnostic names. */
export function codesInDiagnostic(text: string): FailureCode[] {
  const framed = [...text.matchAll(goError)].map(([, service, operation, status, requestId, code]) => ({
    service,
    operation,
    status: Number(status),
    requestId,
    code,
    text,
  }));
  if (framed.length > 0) return framed;
  const bare = [...text.matchAll(bareCode)].map(([, code]) => ({ code, text }));
  return bare.length > 0 ? bare : [{ text }];
}

interface Described {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** What an error and its causes say of themselves. */
export function codesOf(error: unknown): FailureCode[] {
  if (!(error instanceof Error)) return [];
  const { name, code, $metadata: metadata } = error as Described;
  const text = error.message;
  // Node names system errors by `code`; AWS's and the engine's SDK by `name`.
  const named = typeof code === "string" ? code : String(name);
  const own = { code: named, status: metadata?.httpStatusCode, requestId: metadata?.requestId, text };
  const inner = error instanceof AggregateError ? error.errors : [];
  return [own, ...[error.cause, ...inner].flatMap(codesOf)];
}

/** Whether an error is an answer of AWS or of the way there, and no bug of this program. */
export function isOfCloud(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("$metadata" in error || "$fault" in error) return true;
  return helpFor(codesOf(error))?.codes !== undefined;
}

const signingIn: ReadonlySet<string> = new Set([
  "credentials-expired",
  "credentials-unknown",
  "credentials-missing",
  "signature-wrong",
  "clock-skewed",
  "signature-expired",
]);

const unanswering: ReadonlySet<string> = new Set(["network", "answer-lost", "aws-fault", "throttled"]);

/** Whether the question was never answered, so that nothing is known either way. */
export function meansNoAnswer(error: unknown): boolean {
  return unanswering.has(helpFor(codesOf(error))?.id ?? "");
}

/** Whether an error says that these credentials are of no use, in contrast to a service that cannot be reached. */
export function meansUnusableCredentials(error: unknown): boolean {
  return signingIn.has(helpFor(codesOf(error))?.id ?? "");
}
