import { z } from "zod";
import { AwsError } from "../request.ts";
import type { Protocol } from "./protocol.ts";

const members = z.record(z.string(), z.unknown());

/** AWS JSON 1.1: the action is in `X-Amz-Target`, dates are seconds since 1970, bytes are base64. */
export const jsonProtocol: Protocol = {
  read({ headers, body }) {
    const action = headers["x-amz-target"]?.split(".").at(-1) ?? "";
    if (body.length === 0) return { action, input: {} };
    try {
      return { action, input: members.parse(JSON.parse(body.toString())) };
    } catch {
      throw new AwsError("SerializationException", "The request's body is no JSON object.");
    }
  },
  answer: (_action, output, requestId) => reply(200, requestId, jsonForm(output), {}),
  failure: ({ code, message, status }, requestId) =>
    reply(status, requestId, { __type: code, message }, { "x-amzn-errortype": code }),
};

function reply(status: number, requestId: string, body: unknown, headers: Record<string, string>) {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId, ...headers },
    body: JSON.stringify(body),
  };
}

function jsonForm(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(jsonForm);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonForm(member)]));
  }
  return value;
}
