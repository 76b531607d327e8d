const shapes: Record<string, string> = {
  tea: "M9 13h12v6a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5zM21 15h2a3 3 0 0 1 0 6h-2M12 9c0-2 2-2 2-4M16 9c0-2 2-2 2-4M7 27h18",
  mug: "M8 8h13v15a3 3 0 0 1-3 3h-7a3 3 0 0 1-3-3zM21 12h2a3 3 0 0 1 3 3v2a3 3 0 0 1-3 3h-2",
  kettle: "M7 26h16c1.6-6-1.4-13-8-13S5.4 20 7 26zM15 13v-2M22.5 19l5-5M9 13.5C8 4 22 4 21 13.5",
};

/** A line drawing of what is sold; nothing for goods without one. */
export function GoodsIcon({ sku }: { sku: string }) {
  const shape = shapes[sku];
  if (!shape) return null;
  return (
    <svg
      viewBox="0 0 32 32"
      aria-hidden="true"
      className="size-8 shrink-0 fill-none stroke-muted stroke-[1.5] [stroke-linecap:round] [stroke-linejoin:round]"
    >
      <path d={shape} />
    </svg>
  );
}
