import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Protocol, WireRequest } from "./protocols/protocol.ts";
import { escapeXml } from "./protocols/xml.ts";
import { AwsError, type Caller, LostAnswer, type StandInCloud } from "./request.ts";
import type { Handlers, RegistryHandler, S3Handler } from "./services/handler.ts";
import { readSignature, type Signature, signer } from "./signature.ts";

/** What the server answers for: services by the name that requests are signed for, and the two that speak HTTP themselves. */
export interface Endpoints {
  readonly services: Readonly<Record<string, Service>>;
  readonly s3: S3Handler;
  /** Everything without an AWS signature: registries and web hosts, told apart by the host that was meant. */
  readonly unsigned: RegistryHandler;
}

export interface Service {
  readonly protocol: Protocol;
  readonly handlers: Handlers;
}

/** Header that carries the host which a request was meant for when it came through the rehearsal's `http`. */
export const hostHeader = "x-ivault-host";

/** Serves the stand-in cloud on a free port of this machine; a request's signature says which service it is for and who asks. */
export async function startServer(
  cloud: StandInCloud,
  endpoints: Endpoints,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    respond(cloud, endpoints, incoming)
      .catch((error: unknown) => {
        if (error instanceof LostAnswer) throw error;
        return new Response(`The stand-in failed: ${String(error)}`, { status: 500 });
      })
      .then((response) => send(outgoing, response))
      .catch((error: Error) => outgoing.destroy(error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stand-in's server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function respond(
  cloud: StandInCloud,
  endpoints: Endpoints,
  incoming: IncomingMessage,
): Promise<Response> {
  const request = await wireRequest(incoming);
  const signature = readSignature(request);
  if (signature === undefined) return endpoints.unsigned(cloud, fetchRequest(request));
  const caller = signer(cloud, request, signature);
  if (signature.service === "s3") return answerS3(cloud, endpoints.s3, request, signature, caller);
  const service = endpoints.services[signature.service];
  if (service === undefined)
    return new Response(`The stand-in has no service ${signature.service}.\n`, { status: 501 });
  return answer(cloud, service, request, signature, caller);
}

async function answer(
  cloud: StandInCloud,
  { protocol, handlers }: Service,
  request: WireRequest,
  { service, region }: Signature,
  caller: Caller | null,
): Promise<Response> {
  const requestId = randomUUID();
  try {
    const { action, input } = protocol.read(request);
    if (caller === null) return await refused(cloud, service, action || "Unknown", region);
    const handler = handlers[action];
    if (handler === undefined) throw unknownAction(service, action);
    const output = await handler({ cloud, caller, region, input });
    const { status, headers, body } = protocol.answer(action, output, requestId);
    return new Response(body, { status, headers });
  } catch (error) {
    const { status, headers, body } = protocol.failure(asAwsError(error), requestId);
    return new Response(body, { status, headers });
  }
}

async function answerS3(
  cloud: StandInCloud,
  handle: S3Handler,
  request: WireRequest,
  { region }: Signature,
  caller: Caller | null,
): Promise<Response> {
  try {
    if (caller === null) return await refused(cloud, "s3", request.method, region);
    return await handle(cloud, fetchRequest(request), caller);
  } catch (error) {
    return s3Failure(error);
  }
}

/** A request that nobody known signed: decided and written down like any other, and refused. */
function refused(cloud: StandInCloud, service: string, action: string, region: string): Promise<never> {
  return cloud.perform({ caller: null, service, action, region, input: {} }, () => {
    throw new Error("A request without a caller was allowed.");
  });
}

function unknownAction(service: string, action: string): AwsError {
  const message = `The stand-in does not know ${service}:${action}; add it to rehearsal/services.`;
  return new AwsError("UnknownOperationException", message);
}

/** Anything else than an AwsError is a fault of the stand-in: answered as AWS answers its own, with what went wrong. A lost answer stays lost. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof LostAnswer) throw error;
  return error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
}

function s3Failure(error: unknown): Response {
  const { code, message, status } = asAwsError(error);
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}

async function wireRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const target = incoming.url ?? "/";
  return {
    method: incoming.method ?? "GET",
    url: new URL(target, `http://${incoming.headers.host ?? "localhost"}`),
    path: target.split("?", 1)[0] ?? "/",
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : (value ?? ""),
      ]),
    ),
    body: Buffer.concat(chunks),
  };
}

function fetchRequest({ method, url, headers, body }: WireRequest): Request {
  const bodiless = method === "GET" || method === "HEAD";
  return new Request(url, {
    method,
    headers: { ...headers },
    body: bodiless ? undefined : new Uint8Array(body),
  });
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
