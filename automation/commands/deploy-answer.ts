import { namesOf } from "../../isolation/names.ts";
import type { RunResult } from "../driver.ts";
import { engineVersion } from "../engine/engine.ts";
import type { Installation } from "../installation.ts";
import { gradeOf } from "./command.ts";

/** What `deploy` and `rehearse` answer programs with. */
export type DeployAnswer = ReturnType<typeof answerOf>;

export function answerOf(installation: Installation, result: RunResult, durationMs: number) {
  const { cloud, inputs } = installation;
  const start = result.steps.find(({ id }) => id === "start");
  return {
    ok: result.ok,
    grade: gradeOf(installation),
    steps: result.steps,
    waitingFor: result.waitingFor,
    url: namesOf(inputs.deployment).url,
    health:
      start?.state === "done" && start.evidence === "real"
        ? ("healthy" as const)
        : ("not established" as const),
    real: [
      `Pulumi engine ${engineVersion}, the same stacks and actions as on AWS, every call through the AWS SDK`,
      ...(cloud.real
        ? ["AWS: three accounts of the organization"]
        : ["image signatures, digests, encryption and certificates"]),
    ],
    standIns: [...cloud.standIns],
    durationMs: Math.round(durationMs),
  };
}
