import type { Shard, World } from "../world.ts";
import { accountOf } from "./parties.ts";
import { type Finding, findingWitness, type Obligation } from "./result.ts";

const wanted = 3;

/** What is never proven, whatever the policies say, by the obligation that it makes worthless. */
export interface WorldFindings {
  readonly plaintext: (shard: Shard) => readonly Finding[];
  readonly naming: (account: string) => readonly Finding[];
  readonly vacuity: (shard: Shard) => readonly Finding[];
  /** In place of the obligations of nodes that have no shard. */
  readonly missingNodes: readonly Obligation[];
}

export function worldFindings(world: World): WorldFindings {
  const production = world.profile === "production";
  const nodes = world.shards.map(({ node }) => node);
  const absent = [0, 1, 2]
    .filter((node) => !nodes.includes(node))
    .slice(0, Math.max(0, wanted - nodes.length));
  return {
    plaintext: (shard) => [...unlisted(world, shard), ...(production ? worthless(world, shard) : [])],
    naming: (account) => [...(production ? crowded(world, account) : []), ...misplaced(world, account)],
    vacuity: (shard) => unlisted(world, shard),
    missingNodes: production ? absent.map((node) => missing(node, nodes.length)) : [],
  };
}

function violated(principal: string, resource: string, text: string): Finding {
  return { status: "violated", witness: findingWitness(principal, resource, text) };
}

function unlisted(world: World, { keyArn, node }: Shard): Finding[] {
  if (world.resources.some(({ arn, kind }) => arn === keyArn && kind === "kms-key")) return [];
  return [
    violated(
      "*",
      keyArn,
      `the sealing key of node ${node} is not among the resources: nothing is known of its policy`,
    ),
  ];
}

function worthless(world: World, shard: Shard): Finding[] {
  const { keyArn, nodeRoleArn, pcrs, node } = shard;
  const lists = Object.entries(pcrs);
  const others = world.shards.filter((other) => other !== shard && other.keyArn === keyArn);
  return [
    ...others.map((other) => violated("*", keyArn, `nodes ${node} and ${other.node} are sealed by one key`)),
    ...(lists.length === 0 ? [violated(nodeRoleArn, keyArn, `node ${node} has no pinned measurement`)] : []),
    ...lists.flatMap(([register, values = []]) => [
      ...(values.length === 0 ? [violated(nodeRoleArn, keyArn, `the list of PCR${register} is empty`)] : []),
      ...(values.some((value) => /^0+$/.test(value))
        ? [
            violated(
              nodeRoleArn,
              keyArn,
              `PCR${register} admits all zeros, which every debug enclave presents`,
            ),
          ]
        : []),
    ]),
  ];
}

function crowded(world: World, account: string): Finding[] {
  const nodes = world.shards.filter((shard) => shard.account === account).map(({ node }) => node);
  const text = `account ${account} holds the shards of nodes ${nodes.join(" and ")}`;
  return nodes.length > 1 ? [violated(`arn:aws:iam::${account}:root`, account, text)] : [];
}

/** Who owns a thing stands in its ARN. Where the file says otherwise, no obligation may be left that looks at its account. */
function misplaced(world: World, account: string): Finding[] {
  const looked = new Set(world.shards.map((shard) => shard.account));
  const differing = (arn: string, stated: string, of: string) =>
    violated(
      "*",
      arn,
      `${of} is said to be in account ${stated}, and ${arn} is in account ${accountOf(arn)}`,
    );
  return [
    ...world.shards
      .filter((shard) => shard.account === account)
      .flatMap(({ node, keyArn, vaultKeyArn }) =>
        [keyArn, vaultKeyArn]
          .filter((arn) => !looked.has(accountOf(arn)))
          .map((arn) => differing(arn, account, `the shard of node ${node}`)),
      ),
    ...world.resources
      .filter(({ arn, account: stated }) => accountOf(arn) === account && stated !== account)
      .map(({ arn, account: stated }) => differing(arn, stated, "the resource")),
  ];
}

function missing(node: number, found: number): Obligation {
  const text = `the world has ${found} shards, fewer than ${wanted}: there is none of node ${node}`;
  return { id: `P5:${node}`, status: "violated", witness: findingWitness("*", "*", text) };
}
