import { handleMcp } from "../../../server/edge/handle-mcp.ts";
import { services } from "../../../server/services.ts";

export const dynamic = "force-dynamic";

const handle = (request: Request) => handleMcp(services(), request);

export { handle as DELETE, handle as GET, handle as POST };
