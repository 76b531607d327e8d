/** How buttons look, and links that look like one. Not in the button's file: what a client file exports is not readable on the server. */
export const buttonLook = {
  main: "min-h-12 rounded-lg bg-accent px-5 text-[16px] font-semibold text-on-accent hover:brightness-110 active:brightness-95",
  quiet:
    "min-h-11 rounded-lg border border-control px-4 font-medium text-ink hover:border-accent hover:text-accent",
} as const;
