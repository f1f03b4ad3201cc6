import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("policy-node0-long-lived", 12, 1);
