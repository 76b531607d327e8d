/** As the server reads it (zod's `z.email()`): an address that this accepts is not refused there. */
const email =
  /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;
const lengthMax = 254;

/** What is wrong with an optional email address, for the person; "" when nothing is. */
export function emailProblem(text: string): string {
  if (text === "" || (text.length <= lengthMax && email.test(text))) return "";
  if (!text.includes("@")) return "Write the whole address, with an @, or leave it empty.";
  return "This does not look like an address that mail can be sent to. Mend it, or leave it empty.";
}
