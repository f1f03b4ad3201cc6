import { itSurvivesEveryKill } from "../support/kill-cases.ts";

itSurvivesEveryKill("policy-node1-long-lived");
