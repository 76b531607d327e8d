import { isLoopback } from "./is-loopback.ts";
import { type Services, wire } from "./wiring.ts";

declare global {
  var payonce: Services | undefined;
}

/** This process's services, made on first use. On `globalThis`, because the dev server loads modules again and again. */
export function services(): Services {
  return (globalThis.payonce ??= wire("payonce-web"));
}

/**
 * What a request gets that asks under this `Host`. FAULTS=on is for whoever sits at this machine: another name than loopback's came through a
 * proxy, or is a stranger's page that had its name pointed here, and to it there are no faults, no lab and no storms. FAULTS=i-know is for all.
 */
export function servicesFor(host: string | null, all = services()): Services {
  const here = all.faultsAnywhere || (host !== null && isLoopback(nameOf(host)));
  return here ? all : { ...all, faults: undefined, lab: undefined };
}

/** Without the port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}
