import { handleMcp } from "../../../server/edge/handle-mcp.ts";
import { servicesFor } from "../../../server/services.ts";

export const dynamic = "force-dynamic";

const handle = (request: Request) => handleMcp(servicesFor(request.headers.get("host")), request);

export { handle as DELETE, handle as GET, handle as POST };
