import { homedir, hostname, tmpdir, userInfo } from "node:os";

/** Takes out what tells a machine or a person: fit for a public issue. Loopback says nothing and stays. */
export function withoutNames(line: string, root: string): string {
  const { username } = userInfo();
  return line
    .replace(/postgres(ql)?:\/\/\S+/g, "<database>")
    .replaceAll(root, "<clone>")
    .replaceAll(homedir(), "<home>")
    .replaceAll(tmpdir(), "<temp>")
    .replace(/(^|[\s:=])\/[^\s,;:]+/g, "$1<path>")
    .replace(/[A-Za-z]:\\[^\s,;]+/g, "<path>")
    .replace(/\b(?!127\.)\d{1,3}(\.\d{1,3}){3}\b/g, "<address>")
    .replace(/\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){3,7}\b/gi, "<address>")
    .replace(new RegExp(`\\b${escaped(hostname())}\\b`, "g"), "<host>")
    .replace(new RegExp(`\\b${escaped(username)}\\b`, "g"), "<user>");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
