import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { AwsError } from "../request.ts";
import type { Protocol } from "./protocol.ts";
import { xmlErrorResponse, xmlMembers } from "./xml.ts";

/** Where an action lives: `{name}` in the path is a member of the input, everything else is literal. */
export interface Route {
  readonly action: string;
  readonly method: string;
  readonly path: string;
}

export interface RestXmlOptions {
  readonly namespace: string;
  readonly routes: readonly Route[];
  /** Names of the elements that are lists, by the name of the list they stand in. */
  readonly items: Readonly<Record<string, string>>;
  /** Members that travel in the query, by the parameter's name. */
  readonly parameters: Readonly<Record<string, string>>;
}

const contentType = { "content-type": "text/xml" };
const document = z.record(z.string(), z.unknown());

/** REST with XML bodies, as Route 53 speaks it: path and query carry members, the body's root element carries the rest. */
export function restXmlProtocol({ namespace, routes, items, parameters }: RestXmlOptions): Protocol {
  const itemName = (list: string) => items[list] ?? "member";
  const lists = new Set(Object.entries(items).map(([list, item]) => `${list}.${item}`));
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    parseTagValue: false,
    isArray: (_name, path) => lists.has(String(path).split(".").slice(-2).join(".")),
  });
  const patterns = routes.map(({ action, method, path }) => ({
    action,
    method,
    pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}/?$`),
  }));
  const body = (bytes: Buffer): Record<string, unknown> => {
    if (bytes.length === 0) return {};
    try {
      const [root] = Object.values(document.parse(parser.parse(bytes.toString())));
      return document.parse(withoutItemNames(root, items));
    } catch {
      throw new AwsError("MalformedXML", "The XML that you provided is not well-formed.");
    }
  };
  return {
    read(request) {
      const route = patterns.find(
        ({ method, pattern }) => method === request.method && pattern.test(request.url.pathname),
      );
      if (route === undefined) return { action: "", input: {} };
      const fromPath = route.pattern.exec(request.url.pathname)?.groups ?? {};
      const fromQuery = [...request.url.searchParams].map(([name, value]) => [
        parameters[name] ?? name,
        value,
      ]);
      const decoded = Object.entries(fromPath).map(([name, value]) => [name, decodeURIComponent(value)]);
      return {
        action: route.action,
        input: { ...body(request.body), ...Object.fromEntries([...fromQuery, ...decoded]) },
      };
    },
    answer: (action, output, requestId) => ({
      status: 200,
      headers: { ...contentType, "x-amzn-requestid": requestId },
      body: `<${action}Response xmlns="${namespace}">${xmlMembers(output, itemName)}</${action}Response>`,
    }),
    failure: (error, requestId) => ({
      status: error.status,
      headers: { ...contentType, "x-amzn-requestid": requestId },
      body: xmlErrorResponse(error, requestId, namespace),
    }),
  };
}

/** `{ Changes: { Change: [a] } }` → `{ Changes: [a] }`. */
function withoutItemNames(value: unknown, items: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutItemNames(item, items));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      const item = items[name];
      const inner = item === undefined ? undefined : document.safeParse(member).data?.[item];
      return [name, withoutItemNames(inner ?? member, items)];
    }),
  );
}
