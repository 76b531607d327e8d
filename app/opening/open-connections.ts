/** As many as a browser keeps open to one address over HTTP/1.1. */
const CONNECTIONS = 6;

/**
 * Opens the connections that a page has right after it was loaded; the server closes idle ones after 5 s. A browser
 * sends a request again by itself only when a connection that had been in use before breaks (Chromium tries each of
 * them, then a new one: up to 7 arrivals). They carry nothing of the payment.
 */
export async function openConnections(): Promise<void> {
  const asks = Array.from({ length: CONNECTIONS }, () =>
    fetch("/api/health", { cache: "no-store" }).then(
      (response) => response.text(),
      () => "",
    ),
  );
  await Promise.all(asks);
}
