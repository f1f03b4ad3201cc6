import { join } from "node:path";
import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import type { Model } from "../../isolation/model.ts";
import { partiesOf } from "../../isolation/proof/parties.ts";
import { prove } from "../../isolation/proof/prove.ts";
import { type ReachCell, reachTable } from "../../isolation/reach-table.ts";
import type { Shard } from "../../isolation/world.ts";
import { drill } from "../../rehearsal/drill/drill.ts";
import type { DrillCell, DrillShard } from "../../rehearsal/drill/plan.ts";
import { nodeNumbers } from "../../spec/deployment.ts";
import { sealingContext } from "../actions/node-secrets.ts";
import { exitCodes, UserError } from "../errors.ts";
import type { Installation } from "../installation.ts";
import { currentModel } from "../model.ts";
import { coloured } from "../terminal/output.ts";
import { readBack, verifierOf } from "../verify/read-back.ts";
import { type CommandOptions, report, withInstallation } from "./command.ts";

/** One party against one shard: what the proof says, and what came of really trying. */
export interface Cell extends DrillCell {
  readonly proof: "reached" | "refused";
}

/**
 * `drill`: plays every party against a throw-away copy of the rehearsal, with the requests that could open a shard really sent. Fails
 * when a party reaches more shards than the proof accepts, or when proof and drill do not agree on a cell.
 */
export async function runDrill(options: CommandOptions): Promise<number> {
  const folder = options.rehearsal;
  if (folder === undefined) {
    throw new UserError({
      code: "no-rehearsal",
      message: "A drill attacks a rehearsal, never AWS.",
      hint: "name the rehearsal with --rehearsal [FOLDER]; `ivault rehearse` makes one",
    });
  }
  return await withInstallation(options, async (installation) => {
    const model = await currentModel(installation.inputs, installation.handoffs);
    const { world } = await readBack(installation, ["auditor"], () => {});
    const { obligations } = await prove(world);
    const drilled = await drill({
      store: join(folder, "store"),
      region: installation.inputs.deployment.region,
      plan: {
        parties: partiesOf(world),
        shards: await Promise.all(world.shards.map((shard) => drillShard(installation, model, shard))),
        principals: world.principals.map(({ arn }) => arn),
        compute: world.resources.flatMap(({ kind, arn, account, service, roleArn }) =>
          kind === "compute" && roleArn !== undefined ? [{ arn, account, service, roleArn }] : [],
        ),
      },
      report: (party) => report(options)(`playing ${party}`),
    });
    const cells = withProof(drilled, reachTable(world));
    const accepted = new Set(
      obligations.filter(({ status }) => status === "accepted").map(({ id }) => id.replace(/^P4:/, "")),
    );
    const faults = faultsIn(cells, accepted);
    const ok = faults.length === 0;
    options.output.say(drillText(cells, faults));
    options.output.answer({ ok, cells });
    return ok ? exitCodes.done : exitCodes.refused;
  });
}

/** Everybody may know what a sealed password is bound to: two names and the hash of a public key. */
async function drillShard(installation: Installation, model: Model, shard: Shard): Promise<DrillShard> {
  const node = nodeNumbers.find((number) => number === shard.node);
  if (node === undefined)
    throw new Error(`The world has a shard of node ${shard.node}, which no deployment has.`);
  const { account, configurationKey } = model.nodes[node];
  const { kms } = verifierOf(installation, account);
  const { PublicKey = new Uint8Array() } = await kms.send(
    new GetPublicKeyCommand({ KeyId: `alias/${model.names.prefix}-${configurationKey}` }),
  );
  const { keyArn, secretArns, nodeRoleArn, pcrs } = shard;
  const publicKey = Buffer.from(PublicKey).toString("base64");
  const encryptionContext = sealingContext(model.names.prefix, node, publicKey);
  return { node, keyArn, secretArns, nodeRoleArn, pcrs, encryptionContext };
}

/** What the proof leaves undecided is not refused. */
function withProof(drilled: readonly DrillCell[], proven: readonly ReachCell[]): readonly Cell[] {
  const open = new Set(
    proven
      .filter(({ status }) => status === "reached" || status === "undecided")
      .map(({ party, shard }) => `${shard} ${party}`),
  );
  return drilled.map(({ party, shard, ...cell }) => ({
    party,
    shard,
    proof: open.has(`${shard} ${party}`) ? "reached" : "refused",
    ...cell,
  }));
}

/** @param accepted parties whose reach the deployment accepts */
function faultsIn(cells: readonly Cell[], accepted: ReadonlySet<string>): readonly string[] {
  const differing = cells.filter(({ proof, drill: drilled }) => proof !== drilled);
  const reached = Map.groupBy(
    cells.filter((cell) => cell.drill === "reached"),
    ({ party }) => party,
  );
  return [
    ...differing.map(
      ({ party, shard, proof, drill: drilled }) =>
        `${party} and shard ${shard}: the proof says ${proof}, the drill says ${drilled}`,
    ),
    ...[...reached]
      .filter(([party, own]) => own.length > 1 && !accepted.has(party))
      .map(([party, own]) => `${party} reaches shards ${own.map(({ shard }) => shard).join(", ")}`),
  ];
}

function drillText(cells: readonly Cell[], faults: readonly string[]): string {
  const parties = Map.groupBy(cells, ({ party }) => party);
  const attempts = cells.reduce((sum, cell) => sum + cell.attempts, 0);
  const rows = [...parties].map(([party, own]) => {
    const words = own.map(({ shard, drill: drilled }) =>
      coloured(drilled === "reached" ? "yellow" : "green", `${shard} ${drilled}`),
    );
    return `  ${words.join("  ")}  ${party}`;
  });
  const reached = cells.filter(({ drill: drilled }) => drilled === "reached");
  return [
    `${parties.size} parties against ${new Set(cells.map(({ shard }) => shard)).size} shards, ${attempts} attempts on a copy of the rehearsal:`,
    ...rows,
    ...reached.map(({ party, shard, by }) => `${party} reached shard ${shard}: ${by}`),
    faults.length === 0
      ? coloured("green", "Nobody reached more than is accepted, and proof and drill agree on every cell.")
      : coloured("red", ["The drill failed:", ...faults.map((fault) => `  ${fault}`)].join("\n")),
  ].join("\n");
}
