import { itSurvivesSampledKills } from "../support/kill-cases.ts";

itSurvivesSampledKills(Number(process.env.IVAULT_SEED ?? 5));
