import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { type PageInput, pageHtml, trustGraph } from "../isolation/page.ts";

/**
 * Draws the trust graph and writes the page that a security officer reads, one file that loads nothing.
 *
 * @returns the file's path
 */
export async function writePage(folder: string, input: PageInput): Promise<string> {
  const graphviz = await Graphviz.load();
  // Only the element: the declaration and the document type have no place inside a page.
  const svg = graphviz.dot(trustGraph(input)).replace(/^[\s\S]*?(?=<svg)/, "");
  const file = join(folder, "preview.html");
  await mkdir(folder, { recursive: true });
  await writeFile(file, pageHtml(input, svg));
  return file;
}
