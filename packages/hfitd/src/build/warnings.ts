/** Headers as a whole may take 8 to 16 KiB in what stands between client and server. */
const most = 6000;

/**
 * Warnings as the value of a header: a JSON list, percent-encoded. What does not fit is counted in
 * a last entry.
 */
export function encodeWarnings(warnings: readonly string[]): string {
  const kept: string[] = [];
  for (const [index, warning] of warnings.entries()) {
    const rest = warnings.length - index - 1;
    const next = [...kept, warning];
    if (encode(rest === 0 ? next : [...next, more(rest)]).length > most) break;
    kept.push(warning);
  }
  const left = warnings.length - kept.length;
  return encode(left === 0 ? kept : [...kept, more(left)]);
}

function more(count: number): string {
  return `and ${count} more`;
}

function encode(list: readonly string[]): string {
  return encodeURIComponent(JSON.stringify(list));
}
