/** The digits of a text as numbers. */
export function digitsOf(text: string): number[] {
  const found: number[] = [];
  for (const character of text) {
    if (character >= '0' && character <= '9') found.push(character.charCodeAt(0) - 48);
  }
  return found;
}

/** ISO/IEC 7812-1, annex B: from the right, every second digit counts double. */
export function luhn(digits: readonly number[]): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits[digits.length - 1 - i]!;
    sum += i % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return digits.length > 1 && sum % 10 === 0;
}

/** The rest of a decimal number, however long, divided by a small one. */
export function rest(digits: readonly number[], by: number): number {
  return digits.reduce((left, digit) => (left * 10 + digit) % by, 0);
}

/** The sum of the digits, each by its weight. */
export function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * (digits[i] ?? 0), 0);
}

/** ISO/IEC 7064, MOD 97-10, over digits and letters (A is 10), as IBANs use it. */
export function mod97(text: string): number {
  let left = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return -1;
    left = (left * (value > 9 ? 100 : 10) + value) % 97;
  }
  return left;
}

/** ISO/IEC 7064, MOD 11,10: the last digit checks the others. */
export function mod11x10(digits: readonly number[]): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (digit + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === digits.at(-1);
}

/** Whether year, month and day are a day of the calendar. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Whether all digits are the same, which many rules take and nobody has. */
export function isOneDigit(digits: readonly number[]): boolean {
  return digits.every((digit) => digit === digits[0]);
}
