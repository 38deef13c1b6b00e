import { HfitError, kinds } from '@hot-fixture/errors';

/** What a command that threw writes on standard error, and its exit code. */
export function failureOf(thrown: unknown, json: boolean): { text: string; exitCode: number } {
  if (!(thrown instanceof HfitError)) {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { text: `${text}\n`, exitCode: 1 };
  }
  const { code, what, where, todo } = thrown;
  const place = where === undefined ? '' : `  where: ${printable(where)}\n`;
  const lines = `error ${code}: ${printable(what)}\n${place}  to do: ${printable(todo)}\n`;
  return {
    text: json ? `${JSON.stringify(thrown)}\n` : lines,
    exitCode: kinds[thrown.kind].exitCode,
  };
}

/** Control characters could move the cursor of a terminal: they are made visible. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
