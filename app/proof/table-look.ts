export const headLook =
  "border-b border-line pr-2 pb-1.5 text-left text-small font-semibold text-muted last:pr-0";
export const cellLook = "border-b border-line py-1.5 pr-2 align-baseline last:pr-0";
