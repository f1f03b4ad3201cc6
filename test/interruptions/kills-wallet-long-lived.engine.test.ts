import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("wallet-long-lived", 64, 1);
