"use client";

import { Problem } from "./frame/problem.tsx";
import "./globals.css";

/** The layout itself failed, so there is no frame around this. */
export default function GlobalError(props: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page could not be shown · PayOnce</title>
        <Problem digest={props.error.digest} retry={() => location.reload()} />
      </body>
    </html>
  );
}
