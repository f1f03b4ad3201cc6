import { randomUUID } from "node:crypto";
import { AwsError, LostAnswer } from "../request.ts";

/**
 * A failed request as the real provider prints it: what it was about, the operation, and the service's answer in the frame of AWS's SDK
 * for Go. Anything else, such as a bug, stays as it is.
 *
 * @param about what the provider was doing, for instance `creating KMS Key (1234)`
 * @param operation the SDK's name for the service and the operation, `KMS: CreateKey`
 */
export function asPrinted(error: unknown, about: string, operation: string): unknown {
  const asked = `${about}: operation error ${operation}`;
  if (error instanceof LostAnswer)
    return new Error(`${asked}, request send failed: ${error.message}`, { cause: error });
  if (!(error instanceof AwsError)) return error;
  const response = `https response error StatusCode: ${error.status}, RequestID: ${randomUUID()}`;
  return new Error(`${asked}, ${response}, api error ${error.code}: ${error.message}`, { cause: error });
}
