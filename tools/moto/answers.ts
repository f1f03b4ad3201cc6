import { z } from "zod";
import type { AwsClients } from "../../automation/aws.ts";
import type { Call, Facts } from "./calls.ts";

/** A cloud's answer to a call, with everything that is by chance, by time or by account replaced by what it is. */
export const answerSchema = z.object({
  /** HTTP status. */
  status: z.number(),
  /** Name of the error; absent when the call succeeded. */
  error: z.string().optional(),
  output: z.unknown(),
});
export type Answer = z.infer<typeof answerSchema>;

/** The file of one service: what moto answered, by the call's name. */
export const recordingSchema = z.object({ moto: z.string(), answers: z.record(z.string(), answerSchema) });
export type Recording = z.infer<typeof recordingSchema>;

const metadata = z.looseObject({ $metadata: z.looseObject({ httpStatusCode: z.number() }) });
const failure = z.looseObject({ name: z.string(), $metadata: z.looseObject({ httpStatusCode: z.number() }) });
const stream = z.looseObject({ transformToString: z.function() });

/** Makes the call; an error of the service is an answer too, any other is thrown. */
export async function answerTo(call: Call, aws: AwsClients, facts: Facts): Promise<Answer> {
  try {
    const { $metadata, ...output } = metadata.parse(await call.run(aws, facts));
    return { status: $metadata.httpStatusCode, output: await plain(output, facts) };
  } catch (error) {
    const known = failure.safeParse(error);
    if (!known.success) throw error;
    return { status: known.data.$metadata.httpStatusCode, error: known.data.name, output: {} };
  }
}

async function plain(value: unknown, facts: Facts): Promise<unknown> {
  if (typeof value === "string") return withoutChance(value, facts);
  if (value instanceof Date) return "<date>";
  if (value instanceof Uint8Array) return "<bytes>";
  if (Array.isArray(value)) return Promise.all(value.map((item) => plain(item, facts)));
  if (typeof value !== "object" || value === null) return value;
  if (stream.safeParse(value).success) return plain(await new Response(bodyOf(value)).text(), facts);
  const members = await Promise.all(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(async ([name, member]) => [withoutChance(name, facts), await plain(member, facts)] as const),
  );
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const bodyOf = (value: object): ReadableStream =>
  z
    .object({ transformToWebStream: z.function({ output: z.instanceof(ReadableStream) }) })
    .parse(value)
    .transformToWebStream();

const replacements: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uuid>"],
  // Six characters at the end of a secret's ARN.
  [/(:secret:[\w./-]+)-\w{6}$/g, "$1-<suffix>"],
  [/\b(AROA|ASIA|AIDA)[A-Z0-9]+/g, "$1<id>"],
  [/\bvpc-[0-9a-f]+\b/g, "vpc-<id>"],
  [/^ns-\d+\.awsdns-\d+\..+$/g, "<name server>"],
  [/^\/change\/.+$/g, "/change/<id>"],
];

function withoutChance(text: string, { account, zoneId }: Facts): string {
  const named = text.replaceAll(account, "<account>").replaceAll(zoneId, "<zone>");
  return replacements.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), named);
}

/**
 * Where two answers differ, one line each; empty if they agree. Members that one side lacks differ too, but for the call's `apart`.
 *
 * @param apart - Paths that are not compared, list positions left out.
 */
export function differences(recorded: Answer, ours: Answer, apart: Iterable<string>): string[] {
  const left = new Set(apart);
  const found: string[] = [];
  const compare = (path: string, expected: unknown, actual: unknown): void => {
    const name = path.replaceAll(/\[\d+\]/g, "");
    if (left.has(name)) return;
    if (Array.isArray(expected) && Array.isArray(actual)) {
      if (expected.length !== actual.length)
        found.push(`${path}: ${expected.length} items recorded, ${actual.length} here`);
      else for (const [index, item] of expected.entries()) compare(`${path}[${index}]`, item, actual[index]);
    } else if (isMembers(expected) && isMembers(actual)) {
      for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
        compare(path === "" ? key : `${path}.${key}`, expected[key], actual[key]);
      }
    } else if (!Object.is(expected, actual)) {
      found.push(`${path}: ${JSON.stringify(expected)} recorded, ${JSON.stringify(actual)} here`);
    }
  };
  compare("<status>", recorded.status, ours.status);
  compare("<error>", recorded.error, ours.error);
  compare("", recorded.output, ours.output);
  return found;
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
