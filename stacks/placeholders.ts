/**
 * What stands for an identifier that AWS has not chosen yet, in a preview before the stack exists. Nothing on AWS is called so, and
 * whoever reads the preview sees at once that it is not final.
 */
export function unknownId(what: string): string {
  return `not-yet-made-${what}`;
}
