/** The page is read on screens and on paper, by people who have nothing of ours installed. */
export const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1c2024; }
h2 { margin-top: 2rem; font-size: 1.15rem; }
figure { margin: 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
pre, summary, td { overflow-wrap: anywhere; white-space: pre-wrap; }
td { padding: 0.1rem 1rem 0.1rem 0; vertical-align: top; }
.verdict { font-weight: 600; padding: 0.6rem 1rem; border-left: 6px solid; }
.proven, .green, .holds { color: #1a7f37; }
.violated, .red { color: #c4222b; }
.undecided, .amber, .accepted { color: #b36b00; }
.grey { color: #6b7280; }
.legend span { margin-right: 1.5rem; font-weight: 600; }
`;

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
