"use client";

import { ProblemPage } from "./frame/problem-page.tsx";
import "./globals.css";

/** The layout itself failed, so there is no frame around this. */
export default function GlobalError(props: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <ProblemPage error={props.error} />
      </body>
    </html>
  );
}
