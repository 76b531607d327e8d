export { answerHeaders, detailOf, errorHeaders, type IdempotencyData } from "./answer.ts";
export { canonicalKey, headerKey, readKey } from "./read-key.ts";
