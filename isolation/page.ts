import type { StatementReference } from "./evaluation/access.ts";
import { escapeHtml, style } from "./page-style.ts";
import type { Proof } from "./proof/prove.ts";
import { claimWords, statementWords, verdictWords, witnessWords } from "./proof-words.ts";
import type { ReachCell } from "./reach-table.ts";
import type { World } from "./world.ts";

/** What the page is made from. */
export interface PageInput {
  readonly title: string;
  readonly world: World;
  readonly proof: Proof;
  readonly cells: readonly ReachCell[];
}

type Colour = "green" | "grey" | "amber" | "red";

const colours: Readonly<Record<Colour, string>> = {
  green: "#1a7f37",
  grey: "#b5bac1",
  amber: "#b36b00",
  red: "#c4222b",
};

/** A line of the graph: a party and a shard, with the colour that says how they are to each other. */
export interface PageEdge extends ReachCell {
  readonly id: string;
  readonly colour: Colour;
}

/**
 * Lines from every declared party, account and organization to every shard. Principals of no party are drawn only where they reach
 * one: there are many, and none reaches two in a world that is proven.
 */
export function edgesOf({ proof, cells }: Pick<PageInput, "proof" | "cells">): readonly PageEdge[] {
  const accepted = new Set(
    proof.obligations.filter(({ status }) => status === "accepted").map(({ id }) => id),
  );
  return cells
    .filter(({ party, status }) => !party.startsWith("principal:") || status === "undecided")
    .map((cell, index) => ({
      ...cell,
      id: `edge-${index + 1}`,
      colour: colourOf(cell, accepted.has(`P4:${cell.party}`)),
    }));
}

function colourOf({ status }: ReachCell, accepted: boolean): Colour {
  if (status === "attested") return "green";
  if (status === "refused") return "grey";
  return accepted ? "amber" : "red";
}

/** The trust graph in Graphviz's language: parties on the left, accounts with their shards on the right. */
export function trustGraph(input: PageInput): string {
  const { world } = input;
  const edges = edgesOf(input);
  const parties = [...new Set(edges.map(({ party }) => party))];
  const accounts = [...new Set(world.shards.map(({ account }) => account))];
  return [
    "digraph trust {",
    '  rankdir=LR; fontname="Helvetica"; nodesep=0.35; ranksep=2.2; bgcolor="transparent";',
    '  node [fontname="Helvetica", fontsize=11]; edge [fontname="Helvetica", fontsize=9];',
    ...parties.map((party) => `  ${quoted(party)} [shape=box, style=rounded];`),
    ...accounts.flatMap((account) => [
      `  subgraph ${quoted(`cluster_${account}`)} {`,
      `    label=${quoted(`account ${account}`)}; color="#8b929a"; fontsize=10;`,
      ...world.shards
        .filter((shard) => shard.account === account)
        .map(
          ({ node }) => `    ${quoted(`shard ${node}`)} [shape=cylinder, style=filled, fillcolor="#f3f4f6"];`,
        ),
      "  }",
    ]),
    ...edges.map(
      ({ id, party, shard, colour }) =>
        `  ${quoted(party)} -> ${quoted(`shard ${shard}`)} [color="${colours[colour]}", ${lineOf(colour)}, href="#${id}", tooltip=${quoted(labels[colour])}];`,
    ),
    "}",
    "",
  ].join("\n");
}

const labels: Readonly<Record<Colour, string>> = {
  green: "attested only",
  grey: "refused",
  amber: "accepted risk",
  red: "reached",
};

function lineOf(colour: Colour): string {
  return colour === "grey" ? "style=dashed, penwidth=0.7" : "penwidth=2";
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The whole page, with the graph as it was drawn; it loads nothing. */
export function pageHtml(input: PageInput, svg: string): string {
  const { title, world, proof } = input;
  const edges = edgesOf(input);
  const open = proof.obligations.filter(({ status }) => status === "violated" || status === "undecided");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="verdict ${proof.verdict}">${escapeHtml(verdictWords(proof))}</p>
<h2>Assumptions</h2>
${list(proof.assumptions)}
${open.length === 0 ? "" : `<h2>Counterexamples</h2>\n${open.map((one) => `<pre>${escapeHtml(witnessWords(one).join("\n"))}</pre>`).join("\n")}`}
<h2>Who reaches which shard</h2>
<p class="legend">${Object.entries(labels)
    .map(([colour, label]) => `<span class="${colour}">${label}</span>`)
    .join(" ")}</p>
<figure>${svg}</figure>
<h2>Measurements</h2>
${list(world.shards.flatMap(({ node, pcrs }) => Object.entries(pcrs).map(([register, values]) => `node ${node}, PCR${register}: ${(values ?? []).join(" or ")}`)))}
<h2>Why</h2>
${edges.map(detailsOf).join("\n")}
<h2>Obligations</h2>
<table><tbody>
${proof.obligations.map(({ id, status }) => `<tr><td>${escapeHtml(id)}</td><td class="${status}">${status}</td><td>${escapeHtml(claimWords(id))}</td></tr>`).join("\n")}
</tbody></table>
<p>Model ${proof.modelHash}</p>
</body>
</html>
`;
}

function detailsOf({ id, party, shard, colour, witness, refusedBy = [] }: PageEdge): string {
  const lines =
    witness === undefined
      ? refusalWords(refusedBy, colour)
      : witnessWords({ id: `${party}, shard ${shard}`, status: "violated", witness }).slice(1);
  return `<details id="${id}"><summary><span class="${colour}">${labels[colour]}</span> ${escapeHtml(party)} and shard ${shard}</summary>${list(lines)}</details>`;
}

function refusalWords(statements: readonly StatementReference[], colour: Colour): readonly string[] {
  const attested =
    colour === "green" ? ["runs the node's host; the key opens for the attested enclave alone"] : [];
  const deciding =
    statements.length === 0
      ? ["no statement allows it a call on the sealing key"]
      : statements.map(statementWords);
  return [...attested, ...deciding];
}

function list(lines: readonly string[]): string {
  return `<ul>\n${lines.map((line) => `<li>${escapeHtml(line.trim())}</li>`).join("\n")}\n</ul>`;
}
