/**
 * No sandbox: root and most containers have none to give. The rest keeps the browser from talking to the
 * network by itself, and on HTTP/1.1, where it resends a POST whose keep-alive socket was dropped.
 */
export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
