import { describe, expect, it } from "vitest";
import { CloudFailure, Refusal } from "../../../automation/errors.ts";
import { explained, resumable } from "../../../automation/failures/explain.ts";

/** As AWS's SDK throws it. */
const throttled = Object.assign(new Error("Please reduce your request rate."), {
  name: "SlowDown",
  $fault: "client",
  $metadata: { httpStatusCode: 503, requestId: "one" },
});
const details = { code: "one", message: "It failed.", hint: "wait" };

describe("a failure within a step", () => {
  it("names the step, the account, what is known of it and the next command", () => {
    const told = explained(throttled, { step: "specs", account: "111111111111", next: "ivault deploy" });
    expect(told).toBeInstanceOf(CloudFailure);
    expect((told as CloudFailure).details).toMatchObject({
      message:
        "Step specs (account 111111111111) failed: SlowDown (status 503, request one): Please reduce your request rate.",
      known: "throttled",
      step: "specs",
      account: "111111111111",
      hint: expect.stringMatching(/; next: ivault deploy$/),
      next: "ivault deploy",
    });
  });

  it("that is a bug stays as it is", () => {
    const bug = new TypeError("undefined is not a function");
    expect(explained(bug, { step: "specs", account: null, next: "ivault deploy" })).toBe(bug);
  });
});

describe("a failure outside of every step", () => {
  it("names the next command", () => {
    expect(resumable(new CloudFailure(details), "ivault deploy")).toMatchObject({
      details: { ...details, hint: "wait; next: ivault deploy", next: "ivault deploy" },
    });
  });

  it("leaves a refusal alone, which says itself what to do", () => {
    const refusal = new Refusal(details);
    expect(resumable(refusal, "ivault deploy")).toBe(refusal);
  });
});
