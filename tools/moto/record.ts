// Records moto's answers: node tools/moto/record.ts ENDPOINT MOTO_VERSION FOLDER (see record.sh, which starts moto).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsClients } from "../../automation/aws.ts";
import { type Answer, answerTo, type Recording } from "./answers.ts";
import { calls } from "./calls.ts";
import { setUp } from "./set-up.ts";

const [, , endpoint, moto, folder] = process.argv;
if (endpoint === undefined || moto === undefined || folder === undefined) {
  process.stderr.write("Usage: node tools/moto/record.ts ENDPOINT MOTO_VERSION FOLDER\n");
  process.exit(2);
}
// moto accepts any credentials.
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" };
const aws = awsClients({ region: "us-east-2", credentials, endpoint });
const facts = await setUp(aws);
const byService = new Map<string, Record<string, Answer>>();
for (const call of calls) {
  const answers = byService.get(call.service) ?? {};
  answers[call.name] = await answerTo(call, aws, facts);
  byService.set(call.service, answers);
}
mkdirSync(folder, { recursive: true });
for (const [service, answers] of byService) {
  const recording: Recording = { moto, answers };
  writeFileSync(join(folder, `${service}.json`), `${JSON.stringify(recording, null, 2)}\n`);
}
