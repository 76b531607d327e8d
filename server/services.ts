import { type Services, wire } from "./wiring.ts";

declare global {
  var payonce: Services | undefined;
}

/** This process's services, made on first use. On `globalThis`, because the dev server loads modules again and again. */
export function services(): Services {
  return (globalThis.payonce ??= wire("payonce-web"));
}
