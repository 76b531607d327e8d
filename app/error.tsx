"use client";

import { Problem } from "./frame/problem.tsx";

export default function PageError(props: { error: Error & { digest?: string } }) {
  // A whole reload: the fault lay in what the server sent, and only it can send something else.
  return <Problem digest={props.error.digest} retry={() => location.reload()} />;
}
