/**
 * Word for word what the server refuses by (server/payments/looks-like-card.ts), so that the field is cleared before
 * anything is sent. There are two because no code of the server goes to the browser (wall 4), and the server's rules
 * are not to hang on a page's file; the test holds them to the same answers.
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
