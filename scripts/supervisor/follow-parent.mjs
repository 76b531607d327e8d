// Preloaded into every child: ends it when the supervisor is gone, however that one died.
// The supervisor holds the other end of our standard input; the kernel closes it even on kill -9.
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const leave = () => {
    setTimeout(() => process.exit(1), 2_000); // SIGTERM drains; what is still in flight then is recovered
    process.kill(process.pid, "SIGTERM");
  };
  process.stdin.once("end", leave).once("error", leave).resume();
  /** @type {import("node:net").Socket} */ (process.stdin).unref?.();
}
