import { handleRequest } from "../../../../server/edge/handle-request.ts";
import { servicesFor } from "../../../../server/services.ts";

export const dynamic = "force-dynamic";

const handle = (request: Request) =>
  handleRequest(servicesFor(request.headers.get("host")), request);

export { handle as GET, handle as POST };
