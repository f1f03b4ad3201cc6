import { itSurvivesEveryKill } from "../support/kill-cases.ts";

itSurvivesEveryKill("nitro-nodes");
