import { Agent, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { getSharedIdempotencyService, idempotency } from "express-idempotency";
import { ANSWER, type Call, type Peer, type Surroundings } from "../peer.ts";
import { openEffects } from "./open-effects.ts";

type Options = NonNullable<Parameters<typeof idempotency>[0]>;

/** A server and its client in one process, over a socket as in life. Without options: no idempotency at all. */
export async function openExpress(surroundings: Surroundings, options?: Options): Promise<Peer> {
  const effects = openEffects(surroundings);
  const app = express();
  app.use(express.json());
  if (options) app.use(idempotency(options));
  const service = options && getSharedIdempotencyService();
  app.post("/pay", async (req, res) => {
    if (service?.isHit(req)) return;
    const call: Call = req.body;
    try {
      await effects.insert(call);
    } catch (error) {
      await service?.reportError(req);
      res.status(500).send(String(error));
      return;
    }
    res.type("json").send(JSON.stringify(ANSWER));
  });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    pay: (call) => post(agent, port, call),
    async close() {
      agent.destroy();
      server.close();
      await effects.close();
    },
  };
}

function post(agent: Agent, port: number, call: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "idempotency-key": call.key };
    const sent = request(
      { agent, port, host: "127.0.0.1", method: "POST", path: "/pay", headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => (text += part));
        answer.on("end", () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`HTTP ${answer.statusCode}`));
        });
      },
    );
    sent.on("error", reject);
    sent.end(JSON.stringify(call));
  });
}
