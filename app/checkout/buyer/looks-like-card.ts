/** Card numbers have 13 to 19 digits, written with or without spaces and dashes. */
const digitRuns = /\d(?:[ -]?\d){12,18}/g;

/**
 * Does a text contain what could be a real card's number: 13 to 19 digits whose check digit is right (Luhn)? A phone
 * number or an order's number fails the check in nine of ten cases, which is why it is worth making.
 */
export function looksLikeCard(text: string): boolean {
  return [...text.matchAll(digitRuns)].some(([run]) => hasCheckDigit(run.replace(/\D/g, "")));
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
