import { servicesFor } from "../../../../../server/services.ts";
import { isHttps } from "../../../../../server/session/is-https.ts";
import { openSession } from "../../../../../server/session/session.ts";
import { readFile } from "../../../../../server/storm/read-file.ts";
import { withDigest } from "../../../../../server/telemetry/with-digest.ts";

export const dynamic = "force-dynamic";

/** A storm's history or report, for the account that asked for it and nobody else. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ stormId: string; file: string }> },
): Promise<Response> {
  const { faults, aside, sessionSecrets } = servicesFor(request.headers.get("host"));
  const { stormId, file } = await params;
  const https = isHttps(request.headers, request.url);
  const { account } = await openSession(request.headers.get("cookie"), sessionSecrets, https);
  const found = faults && (await withDigest(readFile(aside.db, account, stormId, file)));
  if (found === undefined)
    return new Response("No such storm, or no such file of it.\n", { status: 404 });
  return new Response(found.text, {
    headers: {
      "Content-Type": found.type,
      "Content-Disposition": `attachment; filename="${file}"`,
      "Cache-Control": "no-store",
    },
  });
}
