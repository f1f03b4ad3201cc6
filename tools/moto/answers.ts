import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { AwsClients } from "../../automation/aws.ts";
import type { Call, Facts } from "./call.ts";

/**
 * A cloud's answer to a call: without what the call sets apart, and with everything that is by chance, by time or by account replaced by
 * what it is.
 */
export const answerSchema = z.object({
  /** HTTP status. */
  status: z.number().optional(),
  /** Name of the error; absent when the call succeeded. */
  error: z.string().optional(),
  output: z.unknown(),
});
export type Answer = z.infer<typeof answerSchema>;

/** The file of one service: what moto answered, by the call's name. */
export const recordingSchema = z.object({ moto: z.string(), answers: z.record(z.string(), answerSchema) });
export type Recording = z.infer<typeof recordingSchema>;

const metadata = z.looseObject({ $metadata: z.looseObject({ httpStatusCode: z.number() }) });
const failure = metadata.extend({ name: z.string() });
/** Bodies of objects. */
const stream = z.instanceof(Readable);

/** Makes the call; an error of the service is an answer too, any other is thrown. */
export async function answerTo(call: Call, aws: AwsClients, facts: Facts): Promise<Answer> {
  const status = ({ $metadata }: z.infer<typeof metadata>) =>
    "<status>" in call.apart ? undefined : $metadata.httpStatusCode;
  try {
    const answered = metadata.parse(await call.run(aws, facts));
    const { $metadata: _, ...output } = answered;
    return { status: status(answered), output: await normalized(output, "", call, facts) };
  } catch (error) {
    const known = failure.safeParse(error);
    if (!known.success) throw error;
    return { status: status(known.data), error: known.data.name, output: {} };
  }
}

/** @param path - Names of the members on the way here, list positions left out. */
async function normalized(value: unknown, path: string, call: Call, facts: Facts): Promise<unknown> {
  if (typeof value === "string") return withoutChance(value, facts);
  if (value instanceof Date) return "<date>";
  if (value instanceof Uint8Array) return "<bytes>";
  if (Array.isArray(value)) return Promise.all(value.map((item) => normalized(item, path, call, facts)));
  if (typeof value !== "object" || value === null) return value;
  const body = stream.safeParse(value);
  if (body.success) return withoutChance(await text(body.data), facts);
  const members = await Promise.all(
    Object.entries(value)
      .map(([name, member]) => ({ name, member, at: path === "" ? name : `${path}.${name}` }))
      .filter(({ member, at }) => member !== undefined && !(at in call.apart))
      .map(
        async ({ name, member, at }): Promise<[string, unknown]> => [
          withoutChance(name, facts),
          await normalized(member, at, call, facts),
        ],
      ),
  );
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const replacements: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uuid>"],
  // Six characters at the end of a secret's ARN.
  [/(:secret:[\w./-]+)-\w{6}$/g, "$1-<suffix>"],
  [/\b(AROA|ASIA|AIDA)[A-Z0-9]+/g, "$1<id>"],
  [/\bvpc-[0-9a-f]+\b/g, "vpc-<id>"],
  [/^ns-\d+\.awsdns-\d+\..+$/g, "<name server>"],
  [/^\/change\/.+$/g, "/change/<id>"],
];

function withoutChance(given: string, { account, zoneId }: Facts): string {
  // IAM's documents travel URL-encoded, and clouds do not encode the same characters.
  const decoded = given.startsWith("%7B") ? decodeURIComponent(given) : given;
  const replaced = replacements.reduce((result, [pattern, by]) => result.replace(pattern, by), decoded);
  return replaced.replaceAll(account, "<account>").replaceAll(zoneId, "<zone>");
}

/** Where two answers differ, one line each; empty if they agree. A member that one of them lacks is a difference too. */
export function differences(recorded: Answer, ours: Answer): string[] {
  return [
    ...differencesAt("status", recorded.status, ours.status),
    ...differencesAt("error", recorded.error, ours.error),
    ...differencesAt("output", recorded.output, ours.output),
  ];
}

function differencesAt(path: string, expected: unknown, actual: unknown): string[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return expected.length === actual.length
      ? expected.flatMap((item, index) => differencesAt(`${path}[${index}]`, item, actual[index]))
      : [`${path}: ${expected.length} items recorded, ${actual.length} here`];
  }
  if (isMembers(expected) && isMembers(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...names].flatMap((name) => differencesAt(`${path}.${name}`, expected[name], actual[name]));
  }
  return Object.is(expected, actual)
    ? []
    : [`${path}: ${JSON.stringify(expected)} recorded, ${JSON.stringify(actual)} here`];
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
