import { itSurvivesEveryKill } from "../support/kill-cases.ts";

itSurvivesEveryKill("baseline-infrastructure");
