/**
 * One text for documents that say the same: AWS returns a list of one as a string, lists in any order, and an account id for that
 * account's root or the other way round.
 */
export function canonicalPolicy(document: unknown): string {
  return JSON.stringify(canonical(document, []));
}

type Path = readonly string[];

function canonical(value: unknown, path: Path): unknown {
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, member]) => [nameOf(name, path), canonical(member, [...path, name])] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    );
  }
  if (path.length === 0) return value;
  const last = path.at(-1) ?? "";
  if (path.length === 1 && last === "Statement") {
    // The order of statements says nothing to AWS, but a reader is told statements by their number.
    return (Array.isArray(value) ? value : [value]).map((one) => canonical(one, [...path, "[]"]));
  }
  if (scalars.has(last) && path.length <= 3) return value;
  const values = (Array.isArray(value) ? value : [value]).map((one) => elementOf(String(one), path));
  return [...new Set(values)].sort();
}

const scalars = new Set(["Version", "Id", "Sid", "Effect"]);

/** Names of condition keys and operators are written in any case. */
function nameOf(name: string, path: Path): string {
  return path[2] === "Condition" && path.length === 4 ? name.toLowerCase() : name;
}

function elementOf(value: string, path: Path): string {
  const named = path[2] === "Principal" || path[2] === "NotPrincipal";
  if (named && /^\d{12}$/.test(value)) return `arn:aws:iam::${value}:root`;
  if (path[2] === "Action" || path[2] === "NotAction") return value.toLowerCase();
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
