/**
 * Whether the browser speaks https: the proxy in front says so, and without one the request's own address does. It decides the
 * cookie's name, so two doors that differ would see two accounts.
 * @param url absent where Next gives none; its own server always sets the header
 */
export function isHttps(headers: Pick<Headers, "get">, url = ""): boolean {
  return (headers.get("x-forwarded-proto") ?? url).startsWith("https");
}
