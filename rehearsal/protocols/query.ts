import { z } from "zod";
import type { Protocol } from "./protocol.ts";
import { xmlErrorResponse, xmlMembers } from "./xml.ts";

const contentType = { "content-type": "text/xml;charset=UTF-8" };

/**
 * The query protocol of STS, IAM and RDS: a form as the request, the answer's members in `<ActionResult>`.
 *
 * @param items names of the elements that are lists, by the name of the list they stand in; `member` for the rest
 */
export function queryProtocol(namespace: string, items: Readonly<Record<string, string>> = {}): Protocol {
  const itemName = (list: string) => items[list] ?? "member";
  return {
    read,
    answer: (action, output, requestId) => ({
      status: 200,
      headers: { ...contentType, "x-amzn-requestid": requestId },
      body:
        `<${action}Response xmlns="${namespace}"><${action}Result>${xmlMembers(output, itemName)}</${action}Result>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
    }),
    failure: (error, requestId) => ({
      status: error.status,
      headers: { ...contentType, "x-amzn-requestid": requestId },
      body: xmlErrorResponse(error, requestId, namespace),
    }),
  };
}

/**
 * EC2's own flavour: no result element, lists of `<item>`, errors in `<Errors>`. Handlers return the members under the names of the
 * wire (`reservationSet`, `instanceId`), since they do not follow from the names of the API.
 */
export function ec2Protocol(namespace: string): Protocol {
  return {
    read,
    answer: (action, output, requestId) => ({
      status: 200,
      headers: contentType,
      body: `<${action}Response xmlns="${namespace}">${xmlMembers({ requestId, ...output }, () => "item")}</${action}Response>`,
    }),
    failure: ({ code, message, status }, requestId) => ({
      status,
      headers: contentType,
      body: `<Response>${xmlMembers({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId }, () => "item")}</Response>`,
    }),
  };
}

const read: Protocol["read"] = ({ body }) => {
  const { Action, Version: _, ...input } = nestedForm(new URLSearchParams(body.toString()));
  return { action: z.string().catch("").parse(Action), input };
};

type Branch = Map<string, Branch | string>;

/** `Tags.member.1.Key=a` → `{ Tags: [{ Key: "a" }] }`; EC2 leaves `member` out and means the same. */
export function nestedForm(form: Iterable<readonly [string, string]>): Record<string, unknown> {
  const root: Branch = new Map();
  for (const [name, value] of form) {
    const parts = name.split(".");
    const last = parts.pop() ?? name;
    let branch = root;
    for (const part of parts) {
      const next = branch.get(part);
      const child: Branch = next instanceof Map ? next : new Map();
      branch.set(part, child);
      branch = child;
    }
    branch.set(last, value);
  }
  return Object.fromEntries([...root].map(([name, value]) => [name, plain(value)]));
}

function plain(value: Branch | string): unknown {
  if (typeof value === "string") return value;
  const member = value.get("member");
  if (value.size === 1 && member !== undefined) return plain(member);
  const entries = [...value];
  if (entries.every(([name]) => /^\d+$/.test(name))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => plain(item));
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]));
}
