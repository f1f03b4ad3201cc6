import { createHash } from "node:crypto";

/** A name within a service's length limit: as it is where it fits, else cut and made unique by a hash of the whole. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - 9).replace(/-+$/, "")}-${hash}`;
}
