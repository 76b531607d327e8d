import { handleMcpSession } from "../../../../server/edge/handle-mcp.ts";
import { services } from "../../../../server/services.ts";

export const dynamic = "force-dynamic";

export const POST = (request: Request) => handleMcpSession(services(), request);
