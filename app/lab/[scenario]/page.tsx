import type { Metadata } from "next";
import { OpenLab } from "../open-lab.tsx";

export const metadata: Metadata = { title: "Lab" };

/** The instrument, set to one scenario. Opening it arms nothing: it waits for Run. */
export default async function ScenarioPage({ params }: { params: Promise<{ scenario: string }> }) {
  const { scenario } = await params;
  return <OpenLab scenario={scenario} />;
}
