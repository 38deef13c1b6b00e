import { sql } from 'kysely';
import type { Store } from '../store/tables.js';
import { type AuditRecord, givingOut } from './event.js';
import { recordOf } from './records.js';

export interface AuditQuery {
  readonly who?: string;
  readonly action?: string;
  readonly target?: string;
  /** Moments in ISO 8601, UTC: from the first on, and before the second. */
  readonly since?: string;
  readonly until?: string;
  /** The last ones of all that fit. Default 1000. */
  readonly limit?: number;
}

/** A record with its place in the chain, null for one from before it. */
export type FoundRecord = AuditRecord & {
  readonly sequence: number | null;
  readonly hash: string | null;
};

/** The records that fit, the oldest of them first. */
export async function searchAudit(store: Store, query: AuditQuery): Promise<FoundRecord[]> {
  let found = store.selectFrom('audit').selectAll();
  for (const column of ['who', 'action', 'target'] as const) {
    const value = query[column];
    if (value !== undefined) found = found.where(column, '=', value);
  }
  if (query.since !== undefined) found = found.where('at', '>=', query.since);
  if (query.until !== undefined) found = found.where('at', '<', query.until);
  const rows = await found
    .orderBy('id', 'desc')
    .limit(query.limit ?? 1000)
    .execute();
  return rows.reverse().map((row) => ({
    sequence: row.sequence,
    ...recordOf(row),
    hash: row.hash,
  }));
}

/** One time that a package, rows or a file were asked for, from its records. */
export interface Download {
  readonly at: string;
  readonly who: string;
  readonly action: AuditRecord['action'];
  /** Of a file its volume and path. */
  readonly template: string;
  readonly request: string;
  readonly outcome: AuditRecord['outcome'];
  /** Parameters, digests, format, rows, bytes … as the records have them. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Who got packages of a template, the package of that id or digest, or a file.
 * @param of the name of a template, the id of a job, a volume, a path in one, or what else the records
 *   hold in their details
 */
export async function downloadsOf(store: Store, of: string, since?: string): Promise<Download[]> {
  const [, volume = '', path = ''] = /^([^/]+)\/(.+)$/s.exec(of) ?? [];
  const rows = await store
    .selectFrom('audit')
    .selectAll()
    .where('action', 'in', givingOut)
    .where((is) =>
      is.or([
        is('target', '=', of),
        holding(of),
        is.and([is('action', '=', 'download-file'), is('target', '=', volume), holding(path)]),
      ]),
    )
    .$if(since !== undefined, (query) => query.where('at', '>=', since as string))
    .orderBy('id')
    .execute();
  const downloads = new Map<string, Download>();
  for (const row of rows) {
    const record = recordOf(row);
    const before = downloads.get(record.request);
    // A package that was built before has its parameters in the records of its job.
    const built = downloads.get(record.target ?? '');
    const details: Record<string, unknown> = {
      ...built?.details,
      ...before?.details,
      ...detailsOf(record),
    };
    const isFile = record.action === 'download-file';
    downloads.set(record.request, {
      at: before?.at ?? record.at,
      who: record.who,
      action: record.action,
      template: isFile
        ? `${details.volume ?? record.target}/${details.path ?? ''}`
        : String(details.template ?? record.target ?? ''),
      request: record.request,
      outcome: record.outcome,
      details,
    });
  }
  return [...downloads.values()];
}

/** Records of before had the digest of the package where others have that of the template. */
function detailsOf({ action, details = {} }: AuditRecord): Readonly<Record<string, unknown>> {
  if (action !== 'download-package' || details.package !== undefined) return details;
  const { digest, ...rest } = details;
  return { ...rest, ...(digest !== undefined && { package: digest }) };
}

/** Whether the details hold this text, as one of theirs. */
function holding(text: string) {
  const part = `%${JSON.stringify(text).replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`details LIKE ${part} ESCAPE '\\'`;
}
