import type { AuditEvent, AuditQuery } from '@hot-fixture/client';
import { type Context, defineCommand } from '../command.js';
import { moment, wholeNumber } from '../option-values.js';
import { factsTable } from '../output/facts.js';
import { connect } from '../session.js';

const timeOptions = {
  since: { value: 'WHEN', text: 'Not before: a date, a date with a time, or 7d, 12h, 30m ago.' },
  until: { value: 'WHEN', text: 'Not after.' },
  limit: { value: 'N', text: 'At most so many, the latest: 100 by default.' },
} as const;

const search = defineCommand({
  path: 'audit search',
  text: 'Search the audit log of the server: who did what, when, and what came of it.',
  about: ['It takes the role auditor.'],
  arguments: [],
  options: {
    who: { value: 'EMAIL', text: 'Only what this user did.' },
    action: { value: 'ACTION', text: 'Only this action, such as login or package.' },
    target: {
      value: 'TARGET',
      text: 'Only what was done to this, such as the name of a template.',
    },
    ...timeOptions,
  },
  examples: ['hfit audit search --who ann@example.com --since 7d', 'hfit audit search --json'],
  async run(context, _, { who, action, target, ...times }) {
    const events = await found(context, { who, action, target, ...timesOf(context, times) });
    const columns = ['at', 'who', 'action', 'target', 'outcome'];
    const rows = events.map((event) => ({ ...event, at: timeOf(event.at) }));
    return { text: factsTable(rows, columns), document: { events } };
  },
});

const whoDownloaded = defineCommand({
  path: 'audit who-downloaded',
  text: 'Tell who downloaded the packages of a template, and with which parameters.',
  about: ['It takes the role auditor.'],
  arguments: [{ name: 'TEMPLATE', text: 'Name of the template.' }],
  options: { since: timeOptions.since },
  examples: ['hfit audit who-downloaded incident --since 2026-03-01'],
  async run(context, [name], { since }) {
    const client = await connect(context);
    const from = since && moment(context, '--since', since);
    const downloads = await client.audit.downloads(name, from);
    const rows = downloads.map((it) => ({ ...it, at: timeOf(it.at), ...it.details }));
    const columns = ['at', 'who', 'outcome', 'parameters', 'format', 'bytes', 'policy'];
    return { text: factsTable(rows, columns), document: { downloads } };
  },
});

export const audit = [search, whoDownloaded];

async function found(context: Context, query: AuditQuery): Promise<AuditEvent[]> {
  const client = await connect(context);
  const events: AuditEvent[] = [];
  for await (const event of client.audit.search(query)) events.push(event);
  return events;
}

function timesOf(
  context: Context,
  { since, until, limit }: Record<'since' | 'until' | 'limit', string | undefined>,
): AuditQuery {
  return {
    since: since && moment(context, '--since', since),
    until: until && moment(context, '--until', until),
    limit: limit === undefined ? 100 : wholeNumber(context, '--limit', limit),
  };
}

function timeOf(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}
