import { itSurvivesEveryKill } from "../support/kill-cases.ts";

itSurvivesEveryKill("policy-node2-long-lived");
