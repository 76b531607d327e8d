export const dynamic = "force-dynamic";

/** Alive: this process answers. Says nothing about what it needs. */
export function GET(): Response {
  return Response.json({ alive: true }, { headers: { "Cache-Control": "no-store" } });
}
