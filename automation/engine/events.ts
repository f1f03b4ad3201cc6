import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation/index.js";

/** Numbers of resources by what happens to them. Imports count as creates: they enter the state. */
export interface Changes {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

export function changesOf(summary: OpMap): Changes {
  const count = (...operations: (keyof OpMap)[]) =>
    operations.reduce((total, operation) => total + (summary[operation] ?? 0), 0);
  return {
    create: count("create", "import"),
    update: count("update"),
    replace: count("replace", "create-replacement"),
    delete: count("delete"),
    same: count("same"),
  };
}

export type Operation = "create" | "update" | "replace" | "delete" | "same" | "read";

export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly operation: Operation;
  /** As the provider gets them; secrets are "[secret]", values not known yet "[unknown]". */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The engine refuses to delete it. */
  readonly protect: boolean;
}

/** The engine's placeholder for a value that is known only after the update. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What a preview plans for each resource, one entry a URN (a replacement comes as several events). */
export function plannedResources(events: readonly EngineEvent[]): readonly PlannedResource[] {
  const planned = new Map<string, PlannedResource>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent === undefined) continue;
    const { metadata } = resourcePreEvent;
    const operation = operationOf(metadata.op);
    if (operation === undefined || planned.get(metadata.urn)?.operation === "replace") continue;
    const { inputs = {}, protect = false } = metadata.new ?? metadata.old ?? {};
    planned.set(metadata.urn, {
      urn: metadata.urn,
      type: metadata.type,
      operation,
      inputs: readable(inputs) as Record<string, unknown>,
      protect,
    });
  }
  return [...planned.values()];
}

/** URNs of what a preview plans to delete, or to replace, which deletes what was there before. */
export function plannedDeletions(planned: readonly PlannedResource[]): ReadonlySet<string> {
  const lost = planned.filter(({ operation }) => operation === "delete" || operation === "replace");
  return new Set(lost.map(({ urn }) => urn));
}

/** The resources that the state has as protected and that a preview would delete or replace all the same, a sentence each. */
export function protectedLosses(events: readonly EngineEvent[]): readonly string[] {
  const losses = new Map<string, string>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent?.metadata.old?.protect !== true) continue;
    const { op, urn, type } = resourcePreEvent.metadata;
    const operation = operationOf(op);
    if (operation !== "delete" && operation !== "replace") continue;
    losses.set(urn, `${type} ${urn.split("::").slice(3).join("::")} would be ${operation}d`);
  }
  return [...losses.values()];
}

function operationOf(op: string): Operation | undefined {
  switch (op) {
    case "create":
    case "import":
      return "create";
    case "update":
    case "delete":
    case "same":
    case "read":
      return op;
    case "replace":
    case "create-replacement":
    case "delete-replaced":
      return "replace";
    default:
      return undefined;
  }
}

function readable(value: unknown): unknown {
  if (value === unknownValue) return "[unknown]";
  // Inside a longer text an unknown part leaves the whole text unknown.
  if (typeof value === "string") return value.includes(unknownValue) ? "[unknown]" : value;
  if (Array.isArray(value)) return value.map(readable);
  if (value !== null && typeof value === "object") {
    if ("4dabf18193072939515e22adb298388d" in value) return "[secret]";
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
  }
  return value;
}

/** What became of one resource in an update. */
export interface ResourceEvent {
  readonly urn: string;
  readonly type: string;
  readonly operation: string;
  readonly outcome: "done" | "failed";
}

/** What an event says has become of a resource; undefined for every other event, and for what stays as it was. */
export function resourceEvent({ resOutputsEvent, resOpFailedEvent }: EngineEvent): ResourceEvent | undefined {
  const metadata = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
  if (metadata === undefined || metadata.op === "same" || metadata.op === "read") return undefined;
  const { urn, type, op } = metadata;
  return { urn, type, operation: op, outcome: resOutputsEvent === undefined ? "failed" : "done" };
}

/** How far an update is, folded from the engine's events one by one. Events of unknown kinds are passed over. */
export interface EngineProgress {
  readonly planned: number;
  readonly done: number;
  /** What is being worked on, newest first; undefined while nothing is. */
  readonly current: string | undefined;
  readonly running: readonly string[];
  readonly failed: readonly { readonly urn: string; readonly message: string }[];
  /** Error diagnostics that belong to no failed resource. */
  readonly errors: readonly string[];
  /** For people: `12/31 · aws:kms/key:Key wallet`. */
  readonly line: string;
}

export const noProgress: EngineProgress = {
  planned: 0,
  done: 0,
  current: undefined,
  running: [],
  failed: [],
  errors: [],
  line: "",
};

export function reduceEvent(progress: EngineProgress, event: EngineEvent): EngineProgress {
  if (event.resourcePreEvent !== undefined) {
    const { op, urn } = event.resourcePreEvent.metadata;
    if (op === "same" || op === "read") return progress;
    return described({ ...progress, running: [urn, ...progress.running] });
  }
  if (event.resOutputsEvent !== undefined) {
    const { op, urn } = event.resOutputsEvent.metadata;
    if (op === "same" || op === "read") return progress;
    return described({
      ...progress,
      done: progress.done + 1,
      running: progress.running.filter((one) => one !== urn),
    });
  }
  if (event.resOpFailedEvent !== undefined) {
    const { urn } = event.resOpFailedEvent.metadata;
    const known = progress.failed.some((one) => one.urn === urn);
    const failed = known ? progress.failed : [...progress.failed, { urn, message: "the operation failed" }];
    return described({ ...progress, failed, running: progress.running.filter((one) => one !== urn) });
  }
  if (event.diagnosticEvent?.severity === "error") {
    const { urn, message } = event.diagnosticEvent;
    const text = message.replace(/<\{%[^%]*%\}>/g, "").trim();
    // The engine closes a failed run with this line; what failed was said before.
    if (text === "" || text === "update failed" || text === "preview failed") return progress;
    if (urn === undefined || urn === "" || urn.includes("::pulumi:pulumi:Stack::")) {
      return { ...progress, errors: [...progress.errors, text] };
    }
    const failed = [...progress.failed.filter((one) => one.urn !== urn), { urn, message: text }];
    return described({ ...progress, failed });
  }
  return progress;
}

function described(progress: EngineProgress): EngineProgress {
  const urn = progress.running[0];
  if (urn === undefined) return { ...progress, current: undefined };
  const [, , types, ...name] = urn.split("::");
  const current = `${(types ?? "").split("$").at(-1)} ${name.join("::")}`;
  return { ...progress, current, line: `${progress.done}/${progress.planned} · ${current}` };
}
