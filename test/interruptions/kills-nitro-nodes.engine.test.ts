import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("nitro-nodes", 60, 1);
