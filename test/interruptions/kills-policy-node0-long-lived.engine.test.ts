import { itSurvivesEveryKill } from "../support/kill-cases.ts";

itSurvivesEveryKill("policy-node0-long-lived");
