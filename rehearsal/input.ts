import { z } from "zod";
import { AwsError } from "./request.ts";

/** The members that a handler understands, checked; what AWS would refuse as malformed is refused as AWS does. */
export function members<Shape extends z.ZodRawShape>(
  shape: Shape,
  input: Readonly<Record<string, unknown>>,
  code = "ValidationException",
): z.infer<z.ZodObject<Shape>> {
  const checked = z.object(shape).safeParse(input);
  if (checked.success) return checked.data;
  throw new AwsError(code, z.prettifyError(checked.error));
}

/** Bytes as the JSON protocol carries them. */
export const bytes = z.base64().transform((text) => Buffer.from(text, "base64"));

/** Tags as AWS lists them, from the map that the engine's provider keeps. */
export function tagList(properties: Readonly<Record<string, unknown>>): { Key: string; Value: string }[] {
  return Object.entries(tagsOf(properties)).map(([Key, Value]) => ({ Key, Value }));
}

export function tagsOf({
  tagsAll,
  tags,
}: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return z
    .record(z.string(), z.string())
    .catch({})
    .parse(tagsAll ?? tags);
}
