import { z } from "zod";
import { bootstrapPrefix } from "../../isolation/task-roles.ts";
import { Refusal } from "../errors.ts";
import { lineDiff } from "../text/line-diff.ts";
import type { Action, ActionContext, Finding } from "./action.ts";
import { bucketOf, putArtefact, readEvidence, writeEvidence } from "./evidence.ts";
import { done, handoffOf, ready, waiting } from "./finding.ts";
import type { Pause } from "./poll.ts";
import { walletHealth } from "./start.ts";
import { runToEnd } from "./task.ts";

/** With the text, so that a changed file can be shown line by line; it holds no secret. */
const evidenceSchema = z.strictObject({
  sha256: z.string(),
  text: z.string(),
  at: z.string(),
  withoutHealth: z.boolean(),
});

/** Applies users and administrative policies by the release's task: once, when the wallet is healthy, and never a second time. */
export function bootstrap(pause: Pause): Action {
  return {
    async inspect(context) {
      const evidence = await readEvidence(context, "bootstrap", evidenceSchema);
      if (evidence !== undefined) return applied(context, evidence);
      if (context.options.withoutHealth)
        return ready("the wallet's health is not asked for (--without-health)");
      return (await walletHealth(context)) === "healthy"
        ? ready("the wallet is healthy; users and policies are not applied yet")
        : waiting(
            `users and policies are applied once ${context.model.names.url}/health answers 200, which was not seen; \`deploy --without-health\` applies them all the same`,
            "infrastructure-admin",
          );
    },
    async perform(context) {
      const { bootstrapSpec } = context.inputs;
      const { withoutHealth } = context.options;
      if (!withoutHealth && (await walletHealth(context)) !== "healthy") return await this.inspect(context);
      const key = `${bootstrapPrefix}${bootstrapSpec.sha256}.yaml`;
      await putArtefact(context, key, bootstrapSpec.text, "application/yaml");
      const { bootstrap: task } = await handoffOf(context, "wallet");
      const { privateSubnetIds } = await handoffOf(context, "baseline-infrastructure");
      await runToEnd(
        context,
        {
          component: "bootstrap",
          ...task,
          subnetIds: privateSubnetIds,
          environment: {
            BOOTSTRAP_BUCKET: bucketOf(context),
            BOOTSTRAP_KEY: key,
            BOOTSTRAP_SHA256: bootstrapSpec.sha256,
          },
          startedBy: `bootstrap ${bootstrapSpec.sha256.slice(0, 32)}`,
        },
        pause,
      );
      const evidence = {
        sha256: bootstrapSpec.sha256,
        text: bootstrapSpec.text,
        at: context.cloud.now().toISOString(),
        withoutHealth,
      };
      await writeEvidence(context, "bootstrap", evidence);
      return { ...applied(context, evidence), changes: { create: 1 } };
    },
  };
}

function applied(context: ActionContext, evidence: z.infer<typeof evidenceSchema>): Finding {
  const { bootstrapSpec } = context.inputs;
  if (evidence.sha256 !== bootstrapSpec.sha256) {
    throw new Refusal({
      code: "bootstrap-changed",
      message: `${bootstrapSpec.path} changed after it was applied on ${evidence.at}; administrative policies are applied once:\n${lineDiff(evidence.text, bootstrapSpec.text).join("\n")}`,
      file: bootstrapSpec.path,
      hint: "restore the file as it was applied; change users and policies in the wallet, under its own approvals",
    });
  }
  const override = evidence.withoutHealth ? "; the wallet's health was not asked for (--without-health)" : "";
  const here = context.cloud.real
    ? ""
    : "; no wallet runs in a rehearsal, so the task only recorded its input";
  return done(
    context,
    `applied on ${evidence.at}, sha256 ${evidence.sha256.slice(0, 16)}…${override}${here}`,
  );
}
