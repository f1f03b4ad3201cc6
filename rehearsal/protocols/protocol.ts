import type { AwsError } from "../request.ts";

/** A request as it came over the wire; the body is whole, header names are lower case. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  /** The path exactly as the client sent it, which is what it signed. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a service's actions travel: the same members, read from and written to its own form of HTTP. */
export interface Protocol {
  /** Name and members of the action; the name is empty when the request names none. */
  read(request: WireRequest): { readonly action: string; readonly input: Readonly<Record<string, unknown>> };
  answer(action: string, output: Readonly<Record<string, unknown>>, requestId: string): WireAnswer;
  failure(error: AwsError, requestId: string): WireAnswer;
}
