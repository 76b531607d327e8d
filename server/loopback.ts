/** Whether a host's name, as in a URL or in `HOST`, is this machine and reached from no other. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}
