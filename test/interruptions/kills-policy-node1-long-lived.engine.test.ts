import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("policy-node1-long-lived", 12, 1);
