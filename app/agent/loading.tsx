import { PageSkeleton } from "../frame/page-skeleton.tsx";

export default function Loading() {
  return <PageSkeleton title="the agent" boxes={[320, 420]} />;
}
