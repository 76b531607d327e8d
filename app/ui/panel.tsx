import type { ReactNode } from "react";

/** A titled box. `id` names the section for its heading and for links to it. */
export function Panel(props: {
  id: string;
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section
      id={props.id}
      data-panel
      aria-labelledby={`${props.id}-title`}
      className={`min-w-0 rounded-panel border border-line bg-panel p-4 ${props.className ?? ""}`}
    >
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        <h2 id={`${props.id}-title`} className="text-body font-semibold">
          {props.title}
        </h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}
