import { itSurvivesEveryKill } from "../support/kill-cases.ts";

itSurvivesEveryKill("baseline-policy-node2");
