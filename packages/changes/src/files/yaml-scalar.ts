/** Whether a text can stand in a file as it is, without an escape. */
export function isPrintable(text: string): boolean {
  return !unprintable.test(text) && text.isWellFormed();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
const escaped = new RegExp(unprintable, 'g');

/** Most of the texts below: without properties of Unicode a pattern takes a tenth of the time. */
const plainAscii = /^[A-Za-z_][\w@./+-]*(?: [\w@./+-]+)*$/;
/** Texts that YAML reads as texts without quotes: words, with single spaces between them. */
const plain = /^[\p{L}_][\p{L}\p{N}_@./+-]*( [\p{L}\p{N}_@./+-]+)*$/u;
/** Words that YAML, or one of its older versions, reads as something else. */
const taken = /^(true|false|null|yes|no|on|off|y|n)$/i;
/** Numbers that come back as they were written, and that every reader takes for numbers. */
const number = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/**
 * Writes a text as a scalar of YAML that is read as the same text.
 * @param numbersAreTexts whether what looks like a number may stand without quotes
 * @param indent where the lines of a longer text begin
 */
export function scalarOf(text: string, numbersAreTexts: boolean, indent: string): string {
  if (numbersAreTexts && number.test(text)) return text;
  if ((plainAscii.test(text) || plain.test(text)) && !taken.test(text)) return text;
  if (!isPrintable(text)) return doubleQuoted(text);
  if (text.includes('\n')) return block(text, indent) ?? doubleQuoted(text);
  return /["\\]/.test(text) && !text.includes('\t')
    ? `'${text.replaceAll("'", "''")}'`
    : JSON.stringify(text);
}

/** JSON is YAML but for some characters that YAML wants escaped. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    escaped,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Lines as lines, where none of them begins or ends with what an editor may change. */
function block(text: string, indent: string): string | null {
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n');
  if (lines[0] === '' || lines.at(-1) === '' || lines.length < 2) return null;
  if (lines.some((line) => /^\s|[\s]$/.test(line))) return null;
  const inside = lines.map((line) => (line === '' ? '' : `${indent}${line}`));
  return `|${ends ? '' : '-'}\n${inside.join('\n')}`;
}
