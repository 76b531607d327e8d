import { invalid } from "./stripe-error.ts";

/** A decoded form: `metadata[a]=1` is `{ metadata: { a: "1" } }`, `expand[]=x` is `{ expand: { 0: "x" } }`. */
export interface Form {
  [name: string]: string | Form;
}

const DEPTH_MAX = 5;

/** Objects without a prototype: a parameter called `__proto__` is a parameter like any other. */
const emptyForm = (): Form => Object.create(null) as Form;

/**
 * Decodes `application/x-www-form-urlencoded` with nested brackets, as Stripe's libraries send it.
 * The last of two equal names counts. Throws a 400 for what cannot be decoded, or stored (Postgres text has no NUL).
 */
export function decodeForm(encoded: string): Form {
  const form = emptyForm();
  for (const [name, value] of pairsOf(encoded)) put(form, pathOf(name), value);
  return form;
}

/** Name and value pairs in the order of their names, for the fingerprint: the order of sending carries no meaning. */
export function flattenForm(form: Form, prefix = ""): [string, string][] {
  return Object.keys(form)
    .sort()
    .flatMap((name): [string, string][] => {
      const value = form[name];
      const path = prefix === "" ? name : `${prefix}[${name}]`;
      if (value === undefined) return [];
      return typeof value === "string" ? [[path, value]] : flattenForm(value, path);
    });
}

function pairsOf(encoded: string): [string, string][] {
  return encoded
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
}

function decode(text: string): string {
  let decoded;
  try {
    decoded = decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalid("The request's parameters are not valid UTF-8 in percent-encoding.");
  }
  if (decoded.includes("\0")) throw invalid("A parameter contains a NUL character.");
  return decoded;
}

function pathOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (match === null) throw invalid(`Invalid parameter name: ${name.slice(0, 80)}`);
  const path = [
    match[1] ?? "",
    ...[...(match[2] ?? "").matchAll(/\[([^[\]]*)\]/g)].map((m) => m[1] ?? ""),
  ];
  if (path.length > DEPTH_MAX) throw invalid("The parameters are nested too deeply.");
  return path;
}

function put(form: Form, path: string[], value: string): void {
  const [head, ...rest] = path;
  const name = head === undefined || head === "" ? String(Object.keys(form).length) : head;
  if (rest.length === 0) {
    form[name] = value;
    return;
  }
  const inner = form[name];
  const next = inner === undefined || typeof inner === "string" ? emptyForm() : inner;
  form[name] = next;
  put(next, rest, value);
}
