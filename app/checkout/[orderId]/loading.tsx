import { PageSkeleton } from "../../frame/page-skeleton.tsx";

export default function Loading() {
  return <PageSkeleton title="the checkout" boxes={[116, 120, 158, 300]} />;
}
