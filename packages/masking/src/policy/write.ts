import { escaped } from './lines.js';

/** A line of a policy, with what stands behind it as a comment. */
export interface PolicyLine {
  readonly column: string;
  /** As a policy writes it: see `writtenAs`. */
  readonly as: string;
  readonly comment: string;
}

/**
 * Writes a policy for one database, which `parsePolicy` reads.
 * @param head lines of a comment at its top
 */
export function writePolicy(
  head: readonly string[],
  database: string,
  tables: readonly { readonly name: string; readonly lines: readonly PolicyLine[] }[],
): string {
  const blocks = tables.map(({ name, lines }) => {
    const written = lines.map(
      ({ column, as, comment }) => `      ${named(column)}: ${as} # ${oneLine(comment)}\n`,
    );
    return `    ${named(name)}:\n${written.join('')}`;
  });
  const top = head.map((line) => `# ${oneLine(line)}\n`).join('');
  const none = blocks.length === 0 ? ' {}' : '';
  const body = blocks.join('\n');
  return `${top}policyVersion: 1\ndatabases:\n  ${named(database)}:${none}\n${body}`;
}

const plain = /^[A-Za-z_][\w.]*$/;
/** Words that one version of YAML or the other takes for no text. */
const words = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** In quotes, YAML reads any text as JSON does. */
function named(name: string): string {
  const text = escaped(name);
  return plain.test(text) && !words.test(text) ? text : JSON.stringify(text);
}

/** A comment ends with its line, whatever a name in it holds. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
