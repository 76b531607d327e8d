import { handleRequest } from "../../../../server/edge/handle-request.ts";
import { services } from "../../../../server/services.ts";

export const dynamic = "force-dynamic";

const handle = (request: Request) => handleRequest(services(), request);

export { handle as GET, handle as POST };
