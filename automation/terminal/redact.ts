/** What must not leave this machine in a text, whatever brought it there. */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Access keys and session tokens of AWS.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(IQoJ|FwoG|FQoG)[A-Za-z0-9+/=]{40,}/g,
  // JSON Web Tokens, bearer tokens, signed addresses.
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
  /\b(Bearer|Basic) [\w.~+/=-]{8,}/g,
  /\bX-Amz-(Signature|Security-Token|Credential)=[^&\s"]+/g,
];

const mark = "[removed]";

/** Shorter ones say nothing by themselves and stand in ordinary words. */
const shortest = 6;

/**
 * Takes secrets out of every text in a value.
 *
 * @param secrets values that are known to be secret
 */
export function redacted<T>(value: T, secrets: readonly string[]): T {
  // The longest first: one may be part of another.
  const known = secrets.filter(({ length }) => length >= shortest).sort((a, b) => b.length - a.length);
  const walk = (one: unknown): unknown => {
    if (typeof one === "string") {
      const without = known.reduce((text, secret) => text.replaceAll(secret, mark), one);
      return shapes.reduce((text, shape) => text.replace(shape, mark), without);
    }
    if (Array.isArray(one)) return one.map(walk);
    if (one === null || typeof one !== "object") return one;
    return Object.fromEntries(Object.entries(one).map(([key, member]) => [key, walk(member)]));
  };
  // Only texts change, so that the value keeps its type.
  return walk(value) as T;
}
