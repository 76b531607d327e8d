import { TRPCClientError } from "@trpc/client";

/** The server itself said no, so nothing has changed. After any other failure nobody knows: the answer alone may be lost. */
export function wasRefused(error: unknown): error is TRPCClientError<never> {
  const status = error instanceof TRPCClientError ? Number(error.data?.httpStatus) : Number.NaN;
  return status >= 400 && status < 500;
}
