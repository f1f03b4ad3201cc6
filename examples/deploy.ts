/**
 * Deploys from a script, here against a rehearsal: `node deploy.ts [rehearsal folder]` where the package is installed and `institution`
 * lies beside the script; `npm run example` in the repository.
 * For AWS leave `rehearsal` undefined and run once for each admin, with that admin's credentials and role.
 */
import { obtainEngine, openInstallation, runSteps } from "institutional-vault-deployer";

const engine = await obtainEngine({ report: (line) => process.stderr.write(`${line}\n`) });
const installation = await openInstallation({
  input: new URL("institution", import.meta.url).pathname,
  rehearsal: process.argv[2] ?? ".rehearsal",
});
try {
  const result = await runSteps(installation, engine, {
    roles: ["policy-node1-admin"],
    onEvent: ({ type, step, report }) => {
      if (type === "step-ended") process.stderr.write(`${step}: ${report?.state}\n`);
    },
  });
  for (const { id, state, detail } of result.steps) process.stdout.write(`${id} ${state} ${detail ?? ""}\n`);
  process.exitCode = result.error === undefined ? 0 : 4;
} finally {
  await installation.close();
}
