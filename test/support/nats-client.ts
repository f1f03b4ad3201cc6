import { once } from "node:events";
import { connect } from "node:net";
import { type ConnectionOptions, connect as secure, type TLSSocket } from "node:tls";

/** Who the client takes the server for, and what it shows of itself. */
export type Identity = Pick<
  ConnectionOptions,
  "ca" | "cert" | "key" | "servername" | "minVersion" | "maxVersion"
>;

/** A client that speaks the server's text protocol, of which a library would hide what a test asks for. */
export interface NatsClient {
  /**
   * Sends lines; answers with what the server sent until its answer to the PING behind them. A message that a finished `say` of another
   * client published is among it.
   *
   * @throws Error with the server's last words when it hangs up
   */
  say(...lines: readonly string[]): Promise<readonly string[]>;
  close(): void;
}

/** Upgrades a connection as the protocol wants it: the server greets in clear text, and nothing else is. */
export async function openTls(port: number, identity: Identity): Promise<TLSSocket> {
  const socket = connect(port, "127.0.0.1");
  const [greeting] = await once(socket, "data");
  if (!String(greeting).startsWith("INFO ")) throw new Error(`no greeting: ${greeting}`);
  const upgraded = secure({ socket, ...identity });
  await once(upgraded, "secureConnect");
  return upgraded;
}

/** Signs in. */
export async function openClient(
  port: number,
  identity: Identity,
  credentials: { readonly user?: string; readonly pass?: string },
): Promise<NatsClient> {
  const socket = await openTls(port, identity);
  const received = linesOf(socket);
  const client: NatsClient = {
    async say(...lines) {
      socket.write(`${[...lines, "PING"].join("\r\n")}\r\n`);
      const said: string[] = [];
      for (;;) {
        const { value, done } = await received.next();
        if (done) throw new Error(`the server hung up: ${said.join(" ")}`);
        if (value === "PONG") return said;
        said.push(value);
      }
    },
    close: () => socket.destroy(),
  };
  await client.say(`CONNECT ${JSON.stringify({ verbose: false, ...credentials })}`);
  return client;
}

async function* linesOf(socket: TLSSocket): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const chunk of socket) {
    const lines = `${rest}${chunk}`.split("\r\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
