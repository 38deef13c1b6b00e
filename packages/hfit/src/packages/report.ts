import type { Check, Manifest, VerifyReport } from '@hot-fixture/extract';
import type { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { counted } from '../output/table.js';

type Colors = ReturnType<typeof colorsFor>;

/** How many failures of one check people are shown. */
const most = 10;

/** How many tables people are shown the columns of. */
const mostTables = 30;

/** The report of a verification as a person reads it. */
export function reportText({ passed, manifest, checks }: VerifyReport, colors: Colors): string {
  const failed = checks.filter((check) => !check.passed);
  const verdict = passed
    ? colors.green(`PASSED: ${counted(checks.length, 'check')}`)
    : colors.red(`FAILED: ${failed.length} of ${counted(checks.length, 'check')}`);
  return [
    ...(manifest ? [...head(manifest), ...leaving(manifest), ''] : []),
    ...checks.flatMap((check) => lines(check, colors)),
    '',
    verdict,
    ...failed.flatMap(({ name }) => (todo[name] ? `  ${name}: ${todo[name]}` : [])),
  ].join('\n');
}

/** What to do where a check fails. */
const todo: Readonly<Record<string, string>> = {
  archive: 'Do not unpack it. Fetch it again, or ask whoever made it.',
  signature:
    'Take it from nobody whose key you do not have: ask for their public key, and give --key FILE.',
  digests: 'It was changed after it was signed. Do not load it, and ask whoever made it.',
  counts: 'It was not made by hfit as it is. Do not load it, and ask whoever made it.',
  'foreign keys': 'Its rows will not load. Make it anew, with a template whose subset is whole.',
  'masked values': 'Mask or deny the columns that are named in the policy, and make it anew.',
  'personal data':
    'Mask or deny them in the policy, and make it anew; or let --accept TABLE.COLUMN say that somebody has looked.',
};

function head(manifest: Manifest): string[] {
  const { name, madeAt, madeBy, template, parameters, policies, columns } = manifest;
  const { maskingKey, project = null } = manifest;
  const given = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  const words = Object.values(columns).flatMap((of) => Object.values(of));
  const count = (word: string) => words.filter((it) => it === word).length;
  const [kept, denied] = [count('keep'), count('deny')];
  const by = madeBy === null ? '' : ` by ${madeBy}`;
  const facts: [string, string][] = [
    ['package', name],
    ['made', `${madeAt}${by}`],
    ['template', [`${template.name} (${short(template.sha256)})`, ...given].join(' ')],
    [
      'policy',
      policies.map(({ file, sha256 }) => `${file} (${short(sha256)})`).join(', ') || 'not told',
    ],
    ['masking key', project === null ? maskingKey : `${maskingKey} of the project ${project}`],
    ['columns', `${kept} kept, ${words.length - kept - denied} masked, ${denied} left out`],
  ];
  return facts.map(([what, value]) => `${what.padEnd(12)} ${printable(value)}`);
}

/** What becomes of each column, by table. */
function leaving({ columns, unread = {} }: Manifest): string[] {
  const all = Object.entries(columns);
  const told = all.slice(0, mostTables).flatMap(([table, of]) => {
    const named = (fits: (word: string) => boolean, as = (name: string, _: string) => name) =>
      Object.entries(of).flatMap(([name, word]) => (fits(word) ? as(name, word) : []));
    const parts: [string, string[]][] = [
      ['kept', named((word) => word === 'keep')],
      ['masked', named(isMasked, (name, word) => `${name} by ${word}`)],
      ['left out', named((word) => word === 'deny')],
    ];
    const nulls = Object.entries(unread[table] ?? {}).map(
      ([name, count]) => `${name} in ${counted(Number(count), 'row')}`,
    );
    if (nulls.length > 0) parts.push(['NULL', [`${nulls.join(', ')}, which no masker could read`]]);
    const some = parts.filter(([, names]) => names.length > 0);
    return [
      `  ${printable(table)}`,
      ...some.map(([what, names]) => `    ${what.padEnd(8)} ${printable(names.join(', '))}`),
    ];
  });
  const rest = all.length - mostTables;
  return rest > 0 ? [...told, `  and ${counted(rest, 'more table')} (--json shows them)`] : told;
}

const isMasked = (word: string) => word !== 'keep' && word !== 'deny';

function lines(
  { name, passed, detail, failures, notSearched = [] }: Check,
  colors: Colors,
): string[] {
  const mark = passed ? colors.green('ok  ') : colors.red('FAIL');
  const rest = failures.length - most;
  return [
    `${mark} ${name.padEnd(14)} ${printable(detail)}`,
    ...failures
      .slice(0, most)
      .flatMap((it) => [`       ${printable(it.place)}`, `         ${printable(it.reason)}`]),
    ...(rest > 0 ? [`       and ${rest} more (--json shows them)`] : []),
    ...(notSearched.length > 0 ? [`       not searched: ${named(notSearched)}`] : []),
  ];
}

function named(columns: readonly string[]): string {
  const rest = columns.length - most;
  const told = printable(columns.slice(0, most).join(', '));
  return rest > 0 ? `${told} and ${rest} more (--json shows them)` : told;
}

function short(digest: string): string {
  return digest.slice(0, 12);
}
