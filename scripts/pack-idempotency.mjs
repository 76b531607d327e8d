// `npm run pack:idempotency`: server/idempotency as a package of its own, payonce-idempotency-<version>.tgz, in this folder.
import { begin, root } from "./setup/begin.mjs";

await begin(async () => {
  const { packIdempotency } = await import("./package/pack-idempotency.ts");
  console.log(await packIdempotency(root, root));
});
