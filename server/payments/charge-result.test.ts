import { expect, test } from "vitest";
import { declined } from "./charge-result.ts";

test.each([
  ["authentication_required", "", "authentication_required"],
  ["card_declined", "insufficient_funds", "insufficient_funds"],
  ["expired_card", "generic_decline", "expired_card"],
  ["", "", "generic_decline"],
  [undefined, null, "generic_decline"],
])("a decline with code %j and decline code %j says why: %s", (code, declineCode, why) => {
  expect(declined(code, declineCode)).toEqual({ status: "declined", declineCode: why });
});
