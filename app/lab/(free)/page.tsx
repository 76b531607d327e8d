import type { Metadata } from "next";
import { OpenLab } from "../open-lab.tsx";

export const metadata: Metadata = { title: "Lab" };

/** The instrument, with nothing chosen yet. */
export default function LabPage() {
  return <OpenLab scenario="" />;
}
