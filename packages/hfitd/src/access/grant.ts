import { type Field, readDocument } from '@hot-fixture/document';
import { parseBytes } from '@hot-fixture/extract';
import { type Hours, readHours, writeHours } from './hours.js';
import type { Limits } from './rights.js';
import { invalid, readSubject } from './subject.js';

/** What somebody may, until when, and how much of it. Patterns: `*` for any characters, `?` for one. */
export interface Grant {
  /** Who: `user:…`, `team:…`, `role:…` or `account:…`. */
  readonly to: string;
  /** Sources by their names; null where it grants none. */
  readonly source: string | null;
  /** Databases (schemas) in them. */
  readonly database: string;
  readonly table: string;
  /** Columns of these tables that are denied all the same: by name, `type:…`, `kind:…`, `class:mask`. */
  readonly deny: readonly string[];
  readonly volume: string | null;
  /** It holds in packages of these templates only; null: everywhere. */
  readonly template: string | null;
  /** It holds only for templates of teams that an owner has approved. */
  readonly approved: boolean;
  readonly limits: Limits;
  readonly hours: Hours | null;
  /** It holds before this moment, in milliseconds. */
  readonly until: number | null;
}

const names = [
  ...(['source', 'database', 'table', 'deny', 'volume', 'template', 'approved'] as const),
  ...(['limits', 'hours', 'until'] as const),
];

/**
 * Reads a grant from JSON or YAML.
 * @throws HFIT_GRANT_INVALID
 */
export function parseGrant(text: string): Grant {
  return readGrant(readDocument(text, 'grant', invalid));
}

export function readGrant(field: Field): Grant {
  const found = field.fields(['to'], names);
  const pattern = (it: Field | undefined) => (it ? readPattern(it) : null);
  const source = pattern(found.source);
  const volume = pattern(found.volume);
  for (const name of ['database', 'table', 'deny'] as const) {
    if (found[name] && source === null) {
      throw found[name].fail(`"${name}" is about a source: name that too, "*" for all`);
    }
  }
  if (source === null && volume === null && !found.limits) {
    throw field.fail('a grant names a source, a volume or limits');
  }
  return {
    to: readSubject(found.to),
    source,
    database: pattern(found.database) ?? '*',
    table: pattern(found.table) ?? '*',
    deny: found.deny ? found.deny.list().map(readDenied) : [],
    volume,
    template: pattern(found.template),
    approved: found.approved?.boolean() ?? false,
    limits: found.limits ? readLimits(found.limits) : {},
    hours: found.hours ? readHours(found.hours) : null,
    until: found.until ? readMoment(found.until) : null,
  };
}

/** A grant as it is written, without what it does not say. */
export function writeGrant(grant: Grant): Record<string, unknown> {
  const { to, source, database, table, deny, volume, template, approved, limits } = grant;
  return {
    to,
    ...(source !== null && { source }),
    ...(database !== '*' && { database }),
    ...(table !== '*' && { table }),
    ...(deny.length > 0 && { deny }),
    ...(volume !== null && { volume }),
    ...(template !== null && { template }),
    ...(approved && { approved }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(grant.hours && { hours: writeHours(grant.hours) }),
    ...(grant.until !== null && { until: new Date(grant.until).toISOString() }),
  };
}

function readLimits(field: Field): Limits {
  const { rows, bytes, packagesPerDay } = field.fields([], ['rows', 'bytes', 'packagesPerDay']);
  const size = bytes ? parseBytes(bytes.text()) : null;
  if (bytes && size === null) throw bytes.fail('a size is expected here, such as 50 MB');
  return {
    ...(rows && { rows: rows.integer(0, Number.MAX_SAFE_INTEGER) }),
    ...(size !== null && { bytes: size }),
    ...(packagesPerDay && { packagesPerDay: packagesPerDay.integer(0, 1_000_000) }),
  };
}

function readPattern(field: Field): string {
  const text = field.text();
  if (text === '' || text.length > 300) throw field.fail('a name or a pattern is expected here');
  return text;
}

function readDenied(field: Field): string {
  const text = readPattern(field);
  if (/^class:/.test(text) && text !== 'class:mask') {
    throw field.fail('the one class of columns that can be denied is class:mask');
  }
  return text;
}

/** A date is its beginning in UTC. */
function readMoment(field: Field): number {
  const text = field.text();
  const isMoment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const moment = isMoment.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment)) {
    throw field.fail('a moment is expected here: 2026-12-31, or 2026-12-31T18:00:00Z');
  }
  return moment;
}
