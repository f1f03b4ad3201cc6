import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("baseline-policy-node2", 25, 1);
