export { LabSkeleton as default } from "../lab-skeleton.tsx";
