import type { FullConfig } from "@playwright/test";

/** One sentence instead of a red test for each spec, when there is nothing to test. */
export default async function assertStack({ projects }: FullConfig): Promise<void> {
  const address = String(projects[0]?.use.baseURL);
  const ready = await fetch(`${address}/api/health/ready`).catch(() => undefined);
  if (ready?.status === 200) return;
  throw new Error(
    `${address} is not ready${ready ? `: ${await ready.text()}` : ": nothing answers there"}.\n` +
      "  What to do: `npm run test:e2e` starts a stack of its own; by hand start `npm run demo` first.",
  );
}
