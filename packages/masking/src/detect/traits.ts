/** What a text is made of, so that most scans need not look at it. */
export interface Traits {
  readonly digits: number;
  readonly capitals: number;
  /** Letters of any script. */
  readonly letters: number;
  /** Signs of ASCII that stand in it. */
  has(sign: string): boolean;
}

/** Looks at each character once. */
export function traitsOf(text: string): Traits {
  let [digits, capitals, letters] = [0, 0, 0];
  const signs = new Set<number>();
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits += 1;
    else if (code >= 97 && code <= 122) letters += 1;
    else if (code >= 65 && code <= 90) {
      letters += 1;
      capitals += 1;
    } else if (code < 128) signs.add(code);
    else {
      // Which of them are digits, capitals or marks, the scans find out.
      digits += 1;
      letters += 1;
      capitals += 1;
    }
  }
  return { digits, capitals, letters, has: (sign) => signs.has(sign.charCodeAt(0)) };
}
