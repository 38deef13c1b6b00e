import { HfitError } from '@hot-fixture/errors';
import { defineCommand } from '../command.js';
import { printable } from '../output/printable.js';
import { counted } from '../output/table.js';
import type { PolicyFinding } from '../policy/check.js';
import { bringMaskers, maskersOption } from '../policy/maskers.js';
import { lookInto, policyOptions } from '../policy/options.js';
import { readText } from './template-file.js';

export const policyCheck = defineCommand({
  path: 'policy check',
  text: 'Tell where a policy and a database no longer fit, for CI.',
  about: [
    'Exits with 1 where a column is not classified, where a line names a table or column that is not there, where no line is about the database, or where a column is kept though personal data is found in it. What is found is told without its values.',
  ],
  arguments: [],
  options: {
    ...policyOptions,
    policy: { value: 'FILE', many: true, text: 'The policy. Of several, the strictest line wins.' },
    maskers: maskersOption,
    accept: {
      value: 'TABLE.COLUMN',
      many: true,
      text: 'A column that a person has looked at: it may be kept, whatever is found in it.',
    },
  },
  examples: [
    'hfit policy check --database postgresql://db.example.com/shop --policy policy.yaml',
    'hfit policy check --database sqlite:shop.db --name shop --policy policy.yaml --accept authors.name',
  ],
  async run(context, _, { policy: files, maskers, accept, ...options }) {
    if (files.length === 0) {
      const reason = '--policy FILE is missing, the policy to check';
      throw new HfitError('HFIT_USAGE', { reason, help: context.help });
    }
    const { parsePolicy, Policy } = await import('@hot-fixture/masking');
    const { checkPolicy } = await import('../policy/check.js');
    const takeBack = await bringMaskers(context, maskers);
    const texts = await Promise.all(files.map((file) => readText('policy', file)));
    const policy = Policy.together(texts.map((text, i) => parsePolicy(text, files[i])));
    const looked = await lookInto(context, options, policy).finally(takeBack);
    const findings = checkPolicy(looked, policy, new Set(accept));
    const columns = looked.seen.reduce((sum, it) => sum + it.columns.size, 0);
    const all = `${counted(columns, 'column')} in ${counted(looked.seen.length, 'table')}`;
    return {
      text: textOf(findings, files.join(', '), looked.name, all),
      document: { database: looked.name, findings },
      exitCode: findings.length > 0 ? 1 : 0,
    };
  },
});

const heads: Record<PolicyFinding['what'], string> = {
  unclassified: 'No line classifies, so they do not leave',
  'names nothing': 'Lines that name nothing',
  'personal and kept': 'Kept, though personal data is found in them; mask them, or --accept them',
  'database unknown': 'No line of the policy is about the database',
};

function textOf(
  findings: readonly PolicyFinding[],
  files: string,
  database: string,
  all: string,
): string {
  if (findings.length === 0) return `${files} fits ${database}: ${all}.`;
  const parts = (Object.keys(heads) as PolicyFinding['what'][]).flatMap((what) => {
    const of = findings.filter((it) => it.what === what);
    if (of.length === 0) return [];
    const lines = of.map(({ subject, where, why }) => {
      const place = where === null ? '' : ` (${where})`;
      const indented = printable(why, true).replaceAll('\n', '\n    ');
      return `  ${printable(subject)}${printable(place)}: ${indented}`;
    });
    return [`${heads[what]}:`, ...lines, ''];
  });
  return [
    ...parts,
    `${files} and ${database} differ in ${counted(findings.length, 'thing')}.`,
  ].join('\n');
}
