const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The seconds of a time such as `30s`, `15m`, `24h`, `7d` or `0`; null where it is none. */
export function secondsIn(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9})([smhd]?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * (units[unit || 's'] ?? 1);
}
