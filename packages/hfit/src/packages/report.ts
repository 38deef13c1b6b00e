import type { Check, Manifest, VerifyReport } from '@hot-fixture/extract';
import type { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { counted } from '../output/table.js';

type Colors = ReturnType<typeof colorsFor>;

/** How many failures of one check people are shown. */
const most = 10;

/** The report of a verification as a person reads it. */
export function reportText({ passed, manifest, checks }: VerifyReport, colors: Colors): string {
  const failed = checks.filter((check) => !check.passed).length;
  const verdict = passed
    ? colors.green(`PASSED: ${counted(checks.length, 'check')}`)
    : colors.red(`FAILED: ${failed} of ${counted(checks.length, 'check')}`);
  return [
    ...(manifest ? head(manifest) : []),
    ...checks.flatMap((check) => lines(check, colors)),
    '',
    verdict,
  ].join('\n');
}

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
  return [...facts.map(([what, value]) => `${what.padEnd(12)} ${printable(value)}`), ''];
}

function lines({ name, passed, detail, failures }: Check, colors: Colors): string[] {
  const mark = passed ? colors.green('ok  ') : colors.red('FAIL');
  const rest = failures.length - most;
  return [
    `${mark} ${name.padEnd(14)} ${printable(detail)}`,
    ...failures.slice(0, most).map((it) => `       ${printable(`${it.place}: ${it.reason}`)}`),
    ...(rest > 0 ? [`       and ${rest} more (--json shows them)`] : []),
  ];
}

function short(digest: string): string {
  return digest.slice(0, 12);
}
