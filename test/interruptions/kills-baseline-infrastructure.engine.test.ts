import { itSurvivesKills } from "../support/kill-cases.ts";

itSurvivesKills("baseline-infrastructure", 117, 1);
