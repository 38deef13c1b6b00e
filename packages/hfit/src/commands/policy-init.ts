import { writeFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { type Context, defineCommand } from '../command.js';
import { printable } from '../output/printable.js';
import { note } from '../output/stdout.js';
import { counted, table } from '../output/table.js';
import { lookInto, policyOptions } from '../policy/options.js';
import type { ProposedColumn } from '../policy/propose.js';

export const policyInit = defineCommand({
  path: 'policy init',
  text: 'Propose a policy for a database: which columns to mask, and how.',
  about: [
    'It reads names, types and some rows, of one moment and read only. Each line of the policy says why it stands there, and quotes no value. What it does not know stays denied, with a comment: read every line before you use the policy.',
    'The policy goes to standard output, or to the file of --out, which must not be there yet. What was found is told on standard error.',
  ],
  arguments: [],
  options: {
    ...policyOptions,
    out: { value: 'FILE', text: 'The file to write. One that is there is left alone.' },
  },
  examples: [
    'hfit policy init --database postgresql://db.example.com/shop --out policy.yaml',
    'hfit policy init --database sqlite:shop.db --name shop > policy.yaml',
  ],
  async run(context, _, { out, ...options }) {
    const { proposeLines } = await import('../policy/propose.js');
    const { writePolicy } = await import('@hot-fixture/masking');
    const looked = await lookInto(context, options);
    const lines = proposeLines(looked.schema, looked.seen);
    const tables = [...new Set(lines.map((line) => line.table))].map((name) => ({
      name,
      lines: lines
        .filter((line) => line.table === name)
        .map((line) => ({ column: line.column, as: line.as, comment: commentOf(line) })),
    }));
    const rows = Math.max(0, ...looked.seen.map((it) => it.rows));
    const policy = writePolicy(headOf(looked.location, rows), looked.name, tables);
    if (out !== undefined) await create(context, out, policy);
    const document = { database: looked.name, ...(out && { file: out }), columns: lines };
    if (context.json) return { text: '', document: { ...document, policy } };
    note(summaryOf(lines, out));
    return out === undefined ? { text: policy.trimEnd(), document } : null;
  },
});

function headOf(location: string, rows: number): string[] {
  return [
    `Proposed by hfit policy init from ${location}: names, types and up to ${rows} rows of each table.`,
    'A proposal: read every line. What is denied does not leave; "unclassified" waits for you.',
  ];
}

/** Keys and numbers of which nothing is known to be personal are kept, and the rest waits. */
function commentOf({ kind, as, evidence, confidence }: ProposedColumn): string {
  if (kind === null) return as === 'deny' ? `unclassified: ${evidence}` : evidence;
  return `${evidence} (${Math.round(confidence * 100)} %)`;
}

async function create({ help }: Context, file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'EEXIST'
        ? 'it is there already, and what people wrote in it would be lost; name another, or use hfit policy check'
        : message;
    const values = { option: '--out', value: file, reason, help };
    throw new HfitError('HFIT_OPTION_VALUE', values, { cause });
  }
}

/** What stands behind a column, in a few words: paths of documents are told in the policy. */
function short(as: string): string {
  const paths = as.match(/"(?:[^"\\]|\\.)*": /g)?.length ?? 0;
  return as.startsWith('{ mask: json, paths:') ? `json (${counted(paths, 'path')})` : as;
}

function summaryOf(lines: readonly ProposedColumn[], out: string | undefined): string {
  const found = lines.filter(({ kind }) => kind !== null);
  const cells = found.map((it) => [
    `${it.table}.${it.column}`,
    short(it.as),
    `${Math.round(it.confidence * 100)} %`,
  ]);
  const [head = '', ...rows] = table(['column', 'proposal', 'sure'], cells).split('\n');
  // Why stands on a line of its own: it has no width that a table could hold.
  const told = rows.flatMap((row, i) => [row, `  ${printable(found[i]?.evidence ?? '')}`]);
  const tables = new Set(lines.map((line) => line.table)).size;
  const count = (fits: (line: ProposedColumn) => boolean) => lines.filter(fits).length;
  const denied = count(({ as }) => as === 'deny');
  const unclassified = count(({ kind, as }) => kind === null && as === 'deny');
  const kept = count(({ as }) => as === 'keep');
  const masked = lines.length - denied - kept;
  return [
    ...(found.length > 0 ? [head, ...told, ''] : []),
    `${counted(lines.length, 'column')} in ${counted(tables, 'table')}: ${masked} masked, ${kept} kept, ${denied} denied (${unclassified} unclassified).`,
    `Next: read ${out ?? 'the policy'}, decide about what is unclassified, then run hfit policy check.`,
  ].join('\n');
}
