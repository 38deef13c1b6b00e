import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { codesByRoom, type Definition, kinds } from '../packages/errors/src/index.js';

type Rooms = Readonly<Record<string, Readonly<Record<string, Definition>>>>;

const intro = `# Errors

<!-- Written by scripts/error-docs.ts from packages/errors/src/codes; \`npm run fix\` writes it anew. -->

Every error has a code, says what happened, where, and what to do:

\`\`\`
HFIT_TABLE_UNKNOWN: there is no table "custmers" in postgresql://app@db.example.com/shop
  where: daily.yaml:12:11
  to do: Check the spelling and the schema. Tables there: customers, orders.
\`\`\`

As JSON it is \`{"code", "what", "where", "todo"}\`; in an HTTP answer these stand in a problem document
(RFC 9457). Its kind gives the exit code of the command, and mostly the status of the answer:
`;

/** The page of all codes, by the room that raises them. Words in *italics* stand for values. */
export function errorPage(rooms: Rooms): string {
  const sections = Object.entries(rooms)
    .filter(([, codes]) => Object.keys(codes).length > 0)
    .map(([room, codes]) => `## ${room}\n\n${Object.entries(codes).map(entry).join('\n')}`);
  return [intro, kindTable(), ...sections].join('\n');
}

function kindTable(): string {
  const rows = Object.entries(kinds).map(
    ([kind, { means, status, exitCode }]) => `| ${kind} | ${means} | ${exitCode} | ${status} |`,
  );
  return `| kind | what it means | exit code | HTTP status |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function entry([code, { kind, what, todo, status = kinds[kind].status }]: [
  string,
  Definition,
]): string {
  const { exitCode } = kinds[kind];
  return `### ${code}

What happened: ${markdown(what)}

What to do: ${markdown(todo)}

Kind: ${kind}, exit code ${exitCode}, HTTP status ${status}.
`;
}

/** The text as a person reads it: \`{table}\` becomes *table*, and nothing else is a sign. */
function markdown(text: string): string {
  return text
    .replace(/[\\`*<[\]|]|\b_(?=\w)|(?<=\w)_\b/g, '\\$&')
    .replace(/\{(\w+)\}/g, '*$1*')
    .replaceAll('\n', '\\\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const file = join(resolve(positionals[0] ?? '.'), 'docs', 'errors.md');
  const page = errorPage(codesByRoom);
  if (!values.check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page);
  } else if (read(file) !== page) {
    console.error('docs/errors.md is not what packages/errors says. Write it anew: npm run fix');
    process.exitCode = 1;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
