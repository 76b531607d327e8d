import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server was sent. */
export interface Asked {
  path: string;
  authorization: string | undefined;
  body: { model: string; messages: { role: string; content: string }[] };
}

export interface ScriptedModel {
  /** As AGENT_MODEL_URL wants it. */
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** A server that speaks OpenAI's chat completions over real HTTP. `says` is told how often it was asked before. */
export async function startScriptedModel(
  says: (times: number) => Promise<string | { status: number }> | string | { status: number },
): Promise<ScriptedModel> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (bytes: Buffer) => (text += bytes.toString()));
    request.on("end", async () => {
      const { authorization } = request.headers;
      const said = await says(asked.length);
      asked.push({ path: request.url ?? "", authorization, body: JSON.parse(text) });
      const status = typeof said === "string" ? 200 : said.status;
      response.writeHead(status, { "content-type": "application/json" });
      const message = { role: "assistant", content: said };
      response.end(
        status === 200
          ? JSON.stringify({
              id: "chatcmpl-1",
              object: "chat.completion",
              choices: [{ index: 0, message, finish_reason: "stop" }],
            })
          : '{"error":{"message":"overloaded"}}',
      );
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
