import { HfitError } from '@hot-fixture/errors';
import { type Context, defineCommand } from '../command.js';
import { wholeNumber } from '../option-values.js';
import { factsTable, factsText } from '../output/facts.js';
import { printable } from '../output/printable.js';
import { connect } from '../session.js';

const about = ['It takes the role admin.'];

const list = defineCommand({
  path: 'grant list',
  text: 'List what is granted to whom.',
  about,
  arguments: [],
  options: {},
  examples: ['hfit grant list'],
  async run(context) {
    const client = await connect(context);
    const grants = await client.people.grants();
    const columns = [
      ...['id', 'to', 'source', 'database', 'table', 'deny', 'volume', 'template', 'approved'],
      ...['limits', 'hours', 'until'],
    ];
    return { text: factsTable(grants, columns), document: { grants } };
  },
});

const add = defineCommand({
  path: 'grant add',
  text: 'Grant something: a source, a database, tables or a volume, with what limits, until when.',
  about: [...about, 'Names may be patterns: * stands for any characters, ? for one.'],
  arguments: [{ name: 'TO', text: 'Who: user:EMAIL, team:NAME, role:NAME or account:NAME.' }],
  options: {
    source: { value: 'NAME', text: 'The source.' },
    database: { value: 'NAME', text: 'The database (schema) in it; all of them by default.' },
    table: { value: 'NAME', text: 'The table in it; all of them by default.' },
    deny: {
      value: 'COLUMN',
      many: true,
      text: 'A column that is denied all the same: by its name, type:TYPE, kind:MASKER, or class:mask.',
    },
    volume: { value: 'NAME', text: 'The volume.' },
    template: { value: 'NAME', text: 'Only in packages of this template.' },
    approved: { text: 'Only in templates of teams that an owner has approved.' },
    rows: { value: 'N', text: 'At most so many rows of one answer or package.' },
    bytes: { value: 'SIZE', text: 'At most so many bytes, such as 50MB.' },
    'packages-per-day': { value: 'N', text: 'At most so many packages a day.' },
    hours: {
      value: 'HOURS',
      text: 'Only at these hours: "mon-fri 08:00-18:00 Europe/Rome"; the days may be left out.',
    },
    until: { value: 'MOMENT', text: 'Until then: 2026-12-31, or 2026-12-31T18:00:00Z.' },
  },
  examples: [
    'hfit grant add user:ann@example.com --source shop --table orders --until 2026-12-31',
    'hfit grant add team:shop --source shop --deny class:mask --rows 100000 --hours "mon-fri 08:00-18:00 Europe/Rome"',
  ],
  async run(context, [to], options) {
    const { source, database, table, deny, volume, template, approved, until } = options;
    const number = (name: 'rows' | 'packages-per-day') => {
      const value = options[name];
      return value === undefined ? undefined : wholeNumber(context, `--${name}`, value);
    };
    const limits = withoutAbsent({
      ...{ rows: number('rows'), bytes: options.bytes },
      packagesPerDay: number('packages-per-day'),
    });
    const grant = withoutAbsent({
      ...{ to, source, database, table, volume, template, until },
      deny: deny.length > 0 ? deny : undefined,
      approved: approved || undefined,
      limits: Object.keys(limits).length > 0 ? limits : undefined,
      hours: options.hours === undefined ? undefined : hoursOf(context, options.hours),
    });
    const client = await connect(context);
    const added = await client.people.addGrant(grant);
    return { text: factsText(added), document: added };
  },
});

const remove = defineCommand({
  path: 'grant remove',
  text: 'Take a grant back.',
  about,
  arguments: [{ name: 'ID', text: 'Of the grant, as `hfit grant list` shows it.' }],
  options: {},
  examples: ['hfit grant remove 3f2a'],
  async run(context, [id]) {
    const client = await connect(context);
    await client.people.removeGrant(id);
    return { text: printable(`removed ${id}`), document: { id } };
  },
});

export const grant = [list, add, remove];

function hoursOf({ help }: Context, text: string): Record<string, string> {
  const [, days, from, to, zone] =
    /^(?:(\S+) +)?(\d\d:\d\d)-(\d\d:\d\d) +(\S+)$/.exec(text.trim()) ?? [];
  if (from !== undefined && to !== undefined && zone !== undefined) {
    return { ...(days !== undefined && { days }), from, to, zone };
  }
  const reason = 'it is not as in "mon-fri 08:00-18:00 Europe/Rome"';
  throw new HfitError('HFIT_OPTION_VALUE', { option: '--hours', value: text, reason, help });
}

function withoutAbsent(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
