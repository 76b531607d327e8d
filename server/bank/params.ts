import type { Form } from "./form.ts";
import { invalid } from "./stripe-error.ts";

/** Stripe refuses names it does not know: a misspelt parameter must not pass as a default. */
export function onlyKnown(form: Form, known: readonly string[]): void {
  const stranger = Object.keys(form).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw invalid(
      `Received unknown parameter: ${stranger.slice(0, 80)}`,
      "parameter_unknown",
      stranger,
    );
  }
}

/** A text of at most `max` characters; absent and empty are null. */
export function text(form: Form, name: string, max = 500): string | null {
  const value = form[name];
  if (value === undefined || value === "") return null;
  if (typeof value !== "string")
    throw invalid(`Invalid string: ${name}`, "parameter_invalid_string", name);
  if (value.length > max) {
    throw invalid(
      `Invalid string: ${name} must be at most ${max} characters`,
      "parameter_invalid_string",
      name,
    );
  }
  return value;
}

export function required<T>(value: T | null, name: string): T {
  if (value === null) throw invalid(`Missing required param: ${name}.`, "parameter_missing", name);
  return value;
}

/** A whole number written in digits: no sign but a minus, no fraction, no exponent, no blank. */
export function integer(form: Form, name: string): number | null {
  const value = text(form, name);
  if (value === null) return null;
  const number = Number(value);
  if (!/^-?\d{1,16}$/.test(value) || !Number.isSafeInteger(number)) {
    throw invalid(`Invalid integer: ${value.slice(0, 40)}`, "parameter_invalid_integer", name);
  }
  return number;
}

/** Stripe's own ceiling for EUR, in cents: eight digits. */
export const AMOUNT_MAX = 99_999_999;

/** Money in minor units, 1 to `AMOUNT_MAX`. */
export function amount(form: Form): number | null {
  const name = "amount";
  const cents = integer(form, name);
  if (cents === null) return null;
  if (cents < 1)
    throw invalid(
      "This value must be greater than or equal to 1.",
      "parameter_invalid_integer",
      name,
    );
  if (cents > AMOUNT_MAX) {
    throw invalid("Amount must be no more than €999,999.99", "amount_too_large", name);
  }
  return cents;
}

export function flag(form: Form, name: string): boolean {
  const value = text(form, name);
  if (value === null || value === "false") return false;
  if (value === "true") return true;
  throw invalid(`Invalid boolean: ${value.slice(0, 40)}`, undefined, name);
}

export function oneOf<T extends string>(form: Form, name: string, allowed: readonly T[]): T | null {
  const value = text(form, name);
  if (value === null) return null;
  const found = allowed.find((option) => option === value);
  if (found === undefined)
    throw invalid(`Invalid ${name}: must be one of ${allowed.join(", ")}`, undefined, name);
  return found;
}

export function list(form: Form, name: string): string[] {
  const value = form[name];
  if (value === undefined || value === "") return [];
  const items = typeof value === "string" ? [value] : Object.values(value);
  if (items.every((item) => typeof item === "string")) return items;
  throw invalid(`Invalid array: ${name}`, undefined, name);
}

/** At most 50 pairs, names of 40 and values of 500 characters, as Stripe has it. */
export function metadata(form: Form): Record<string, string> {
  const value = form.metadata;
  if (value === undefined || value === "") return {};
  if (typeof value === "string") throw invalid("Invalid object: metadata", undefined, "metadata");
  const pairs = Object.entries(value).map(([name, item]): [string, string] => {
    if (typeof item !== "string" || name.length > 40 || item.length > 500) {
      throw invalid(
        `Invalid metadata: ${name.slice(0, 40)}`,
        "metadata_invalid",
        `metadata[${name.slice(0, 40)}]`,
      );
    }
    return [name, item];
  });
  if (pairs.length > 50)
    throw invalid("Metadata can have up to 50 keys", "metadata_invalid", "metadata");
  return Object.fromEntries(pairs.filter(([, item]) => item !== ""));
}

/** Checks `expand[]` against what this endpoint can expand; true when asked for. */
export function expands(form: Form, path: string): boolean {
  const paths = list(form, "expand");
  const stranger = paths.find((wanted) => wanted !== path);
  if (stranger !== undefined) {
    throw invalid(
      `This property cannot be expanded (${stranger.slice(0, 80)}).`,
      undefined,
      "expand",
    );
  }
  return paths.length > 0;
}
