import { expect, test } from "vitest";
import { looksLikeCard as refusedByServer } from "../../../server/payments/looks-like-card.ts";
import { looksLikeCard } from "./looks-like-card.ts";

test.each([
  "4242424242424242",
  "4242 4242 4242 4242",
  "5555-5555-5555-4444",
  "378282246310005", // 15 digits
  "4222222222222", // 13
  "6304000000000000000", // 19
  "ada 4242424242424242 lovelace",
  "4242424242424242@example.com",
  "4242  4242.4242 / 4242",
  "4242\u200B4242\u200B4242\u200B4242",
  "４２４２ 4242 4242 4242",
  "4242 4242 4242 4242 12/27 123", // with its expiry and its code
])("%s is taken for a card's number by the page and by the server", (text) => {
  expect([looksLikeCard(text), refusedByServer(text)]).toEqual([true, true]);
});

test.each([
  "",
  "ada@example.com",
  "4242 4242 4242 4241", // the check digit is wrong
  "424242424242", // 12 digits
  "order 1234567890123", // 13 digits that no bank gives out
  "+49 170 1234567",
  "2026-11-27",
])("%s is not, by either", (text) => {
  expect([looksLikeCard(text), refusedByServer(text)]).toEqual([false, false]);
});
