/** Measures all maskers, and writes the table of their speed into docs/masking.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { maskersBench } from './maskers.js';

const file = fileURLToPath(new URL('../docs/masking.md', import.meta.url));
const between = /(<!-- speed: .*? -->\n)[\s\S]*?(<!-- \/speed -->)/;

for await (const { head, rows } of maskersBench()) {
  const cells = rows.map(([masker, options, example, speed]) => [
    `\`${masker}\``,
    options && `\`${options}\``,
    `\`${example}\``,
    Number(Number(speed).toPrecision(2)).toLocaleString('en'),
  ]);
  const table = [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`);
  const machine = `Node ${process.versions.node}, ${cpus()[0]?.model.trim()}`;
  const text = `\nValues in a second of one core (${machine}):\n\n${table.join('\n')}\n\n`;
  const page = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    page.replace(between, (_, begin, end) => begin + text + end),
  );
}
