import type { ReactNode, Ref } from "react";

/** A page that holds one message: what happened, whether money is affected, what to do. */
export function PlainPage(props: {
  title: string;
  /** Where it is to be focused: then it is read from there on. */
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}) {
  const { title, heading, children } = props;
  return (
    <main id="main" className="mx-auto max-w-[62ch] px-4 py-16">
      <h1 ref={heading} tabIndex={heading ? -1 : undefined} className="text-heading font-semibold">
        {title}
      </h1>
      {children}
    </main>
  );
}
