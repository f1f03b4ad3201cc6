/** What a preview plans for a resource, as the engine's provider is to get it. */
export interface PlannedPart {
  readonly urn: string;
  /** The engine's type, for instance `aws:kms/key:Key`. */
  readonly type: string;
  readonly operation: "create" | "update" | "replace" | "delete" | "same" | "read";
  /** Secrets are `[secret]`, values that are not known yet `[unknown]`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The engine refuses to delete it. */
  readonly protect?: boolean;
}

/** Something about a resource that must not be. */
export interface PlanFinding {
  /** Type and logical name, or the ARN of what is deployed. */
  readonly resource: string;
  readonly message: string;
  /** The row of the escalation table that this property closes. */
  readonly row?: number;
}

/** Type and logical name as people read them: `aws:kms/key:Key wallet`. */
export function titleOf({ urn, type }: PlannedPart): string {
  return `${type} ${urn.split("::").slice(3).join("::") || urn}`;
}

export function isKnown(value: unknown): boolean {
  return value !== "[unknown]" && value !== "[secret]";
}
