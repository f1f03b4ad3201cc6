import type { AwsError } from "../request.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/**
 * One member as an element. A list becomes one element with an element for each item, named by `itemName`; a `Map` becomes
 * `entry` elements with `key` and `value`; undefined members are left out.
 */
export function xmlElement(name: string, value: unknown, itemName: (list: string) => string): string {
  if (value === undefined || value === null) return "";
  return `<${name}>${xmlContent(name, value, itemName)}</${name}>`;
}

export function xmlMembers(
  members: Readonly<Record<string, unknown>>,
  itemName: (list: string) => string,
): string {
  return Object.entries(members)
    .map(([name, value]) => xmlElement(name, value, itemName))
    .join("");
}

function xmlContent(name: string, value: unknown, itemName: (list: string) => string): string {
  if (Array.isArray(value)) return value.map((item) => xmlElement(itemName(name), item, itemName)).join("");
  if (value instanceof Map) {
    return [...value].map(([key, item]) => xmlElement("entry", { key, value: item }, itemName)).join("");
  }
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/, "Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "object" && value !== null) return xmlMembers({ ...value }, itemName);
  return escapeXml(String(value));
}

/** `<ErrorResponse>` of the query and REST-XML services. */
export function xmlErrorResponse(
  { code, message, status }: AwsError,
  requestId: string,
  namespace: string,
): string {
  const error = { Type: status >= 500 ? "Receiver" : "Sender", Code: code, Message: message };
  const members = xmlMembers({ Error: error, RequestId: requestId }, () => "member");
  return `<ErrorResponse xmlns="${namespace}">${members}</ErrorResponse>`;
}
