import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("baseline-policy-node1", 25, 2);
