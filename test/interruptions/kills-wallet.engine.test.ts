import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("wallet", 32, 1);
