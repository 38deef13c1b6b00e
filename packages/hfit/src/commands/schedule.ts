import { defineCommand } from '../command.js';
import { factsTable, factsText } from '../output/facts.js';
import { printable } from '../output/printable.js';
import { connect } from '../session.js';

const nameArgument = { name: 'NAME', text: 'Name of the schedule.' } as const;

const list = defineCommand({
  path: 'schedule list',
  text: 'List your schedules: packages that the server builds at set times.',
  arguments: [],
  options: {},
  examples: ['hfit schedule list'],
  async run(context) {
    const client = await connect(context);
    const schedules = await client.schedules.list();
    const columns = ['name', 'template', 'parameters', 'cron', 'zone', 'next_at', 'last_job'];
    return { text: factsTable(schedules, columns), document: { schedules } };
  },
});

const show = defineCommand({
  path: 'schedule show',
  text: 'Show a schedule.',
  arguments: [nameArgument],
  options: {},
  examples: ['hfit schedule show nightly'],
  async run(context, [name]) {
    const client = await connect(context);
    const found = await client.schedules.get(name);
    return { text: factsText(found), document: { ...found } };
  },
});

const set = defineCommand({
  path: 'schedule set',
  text: 'Have a package built at set times, so that the morning begins with it.',
  about: [
    'A request for the same template and parameters is then served from what was built. A schedule of this name that is there is replaced.',
  ],
  arguments: [
    nameArgument,
    { name: 'TEMPLATE', text: 'Name of the template.' },
    {
      name: 'PARAM',
      text: 'Parameters of the template: values by position, or name=value.',
      optional: true,
      many: true,
    },
  ],
  options: {
    cron: {
      value: 'CRON',
      text: 'When: minute, hour, day of the month, month and day of the week; "0 5 * * 1-5" by default.',
    },
    zone: { value: 'ZONE', text: 'The time zone, such as Europe/Rome; UTC by default.' },
  },
  examples: ['hfit schedule set nightly daily customer=42 --cron "0 5 * * 1-5" --zone Europe/Rome'],
  async run(context, [name, templateName, words], { cron = '0 5 * * 1-5', zone = 'UTC' }) {
    const { storedParameters } = await import('../templates/parameters.js');
    const client = await connect(context);
    const { parameters } = await storedParameters(client, templateName, words);
    await client.schedules.set(name, { template: templateName, parameters, cron, zone });
    const document = { name, template: templateName, parameters, cron, zone };
    return { text: printable(`set ${name}`), document };
  },
});

const remove = defineCommand({
  path: 'schedule delete',
  text: 'Delete a schedule.',
  arguments: [nameArgument],
  options: {},
  examples: ['hfit schedule delete nightly'],
  async run(context, [name]) {
    const client = await connect(context);
    await client.schedules.remove(name);
    return { text: printable(`deleted ${name}`), document: { name } };
  },
});

export const schedule = [list, show, set, remove];
