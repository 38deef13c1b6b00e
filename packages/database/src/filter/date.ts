/**
 * Whether the calendar has the day that a text begins with, `YYYY-MM-DD`; a month or day of zero,
 * as MySQL writes what is not known, counts as one.
 */
export function isDate(text: string): boolean {
  const [year = '', month = '', day = ''] = text.split(/[-T ]/, 3);
  if (Number(month) > 12) return false;
  // The calendar comes again after 400 years.
  const last = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return Number(day) <= (Number(month) === 0 ? 31 : last);
}
