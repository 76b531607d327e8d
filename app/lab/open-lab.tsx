import { PlainPage } from "../frame/plain-page.tsx";
import { readLab, readMethods, readSession } from "../trpc/server-reads.ts";
import { Lab } from "./lab.tsx";

/** Reads what the lab is made of, on the server. @param scenario a preset's id, or "" */
export async function OpenLab({ scenario }: { scenario: string }) {
  const [session, lab, methods] = await Promise.all([readSession(), readLab(), readMethods()]);
  if (!lab)
    return (
      <PlainPage title="The lab is switched off">
        <p className="mt-2">
          Faults are off on this server, so there is nothing to break here. Start it with{" "}
          <code>FAULTS=on</code> on your own machine.
        </p>
      </PlainPage>
    );
  const preset = lab.presets.find(({ id }) => id === scenario) ?? null;
  // Another scenario is another bench: nothing of the one before may be left in it.
  return (
    <Lab
      key={scenario}
      account={session.tag}
      preset={preset}
      presets={lab.presets}
      lanes={lab.lanes}
      methods={methods}
    />
  );
}
