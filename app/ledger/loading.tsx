import { PageSkeleton } from "../frame/page-skeleton.tsx";

export default function Loading() {
  return <PageSkeleton title="the ledger" boxes={[320, 320]} />;
}
