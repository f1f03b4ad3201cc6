import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("policy-node2-long-lived", 12, 1);
