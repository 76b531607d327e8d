/** What a field says that refuses one. */
export const NO_CARD = "This looks like a card number. It is refused, and kept nowhere.";

/**
 * Does a text contain what could be a real card's number: 13 to 19 digits whose check digit is right (Luhn), with
 * anything between them but letters? A phone number or an order's number fails the check in nine of ten cases, which is
 * why it is worth making. For free text only: the digits of a UUID would be taken for one now and then.
 */
export function looksLikeCard(text: string): boolean {
  const plain = text.normalize("NFKC").replace(/\p{Cf}/gu, "");
  return plain.split(/\p{L}+/u).some((part) => {
    const groups = part.match(/\d+/g) ?? [];
    return groups.some((_, from) => startsWithCard(groups.slice(from)));
  });
}

/** Groups are taken whole: a date of expiry behind the number must not hide it. */
function startsWithCard(groups: string[]): boolean {
  let digits = "";
  for (const group of groups) {
    digits += group;
    if (digits.length > 19) return false;
    if (digits.length >= 13 && hasCheckDigit(digits)) return true;
  }
  return false;
}

function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight += 1) {
    const digit = Number(digits[digits.length - 1 - fromRight]);
    const doubled = digit * 2;
    sum += fromRight % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
