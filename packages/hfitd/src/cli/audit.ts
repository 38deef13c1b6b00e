import { HfitError } from '@hot-fixture/errors';
import { parseSigningKey, publicKeyOf } from '@hot-fixture/extract';
import type { AdminClient } from '../admin/client.js';
import { auditFileOf, daemonId } from '../audit/open.js';
import type { Download, FoundRecord } from '../audit/search.js';
import { type AuditReport, verifyAudit } from '../audit/verify.js';
import type { Noted } from '../audit/verify-store.js';
import { readSigningKey } from '../config/keys.js';
import type { Configuration } from '../config/settings.js';
import { openStore } from '../store/open.js';
import type { Result } from './commands.js';
import { printable } from './failure.js';

interface SearchOptions {
  readonly who?: string;
  readonly action?: string;
  readonly target?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

/** Looks for records in the daemon that runs. */
export async function searchAuditLog(daemon: AdminClient, options: SearchOptions): Promise<Result> {
  const { who, action, target, since, until, limit } = options;
  const query = new URLSearchParams(
    Object.entries({
      who,
      action,
      target,
      since: since && momentOf(since),
      until: until && momentOf(until),
      limit,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const answer = await daemon.ask<{ events: FoundRecord[] }>('GET', `/audit?${query}`);
  const lines = answer.events.map(({ at, who, action, target, outcome, details }) =>
    [at, who, action, target ?? '-', outcome, JSON.stringify(details)].map(printable).join('  '),
  );
  return { text: lines.join('\n') || 'no record fits', document: answer };
}

/** Answers who got packages of a template, one package, or a file. */
export async function whoDownloaded(
  daemon: AdminClient,
  of: string,
  { since }: { since?: string },
): Promise<Result> {
  const query = new URLSearchParams({ of, ...(since && { since: momentOf(since) }) });
  const answer = await daemon.ask<{ downloads: Download[] }>('GET', `/audit/downloads?${query}`);
  const lines = answer.downloads.map((download) => {
    const { parameters, policy, digest, sha256, ...rest } = download.details;
    const what =
      download.action === 'download-file'
        ? [`  file:       ${sha256 ?? '-'}`]
        : [`  parameters: ${JSON.stringify(parameters ?? {})}`, `  template:   ${digest ?? '-'}`];
    return [
      `${download.at}  ${download.who}  ${download.template}  ${download.outcome}`,
      ...what,
      `  policy:     ${policy ?? '-'}`,
      `  and:        ${JSON.stringify(rest)}`,
    ]
      .map(printable)
      .join('\n');
  });
  return { text: lines.join('\n') || `nobody asked for ${of}`, document: answer };
}

export interface VerifyOptions {
  /** Files of this daemon in the order of their time; by default the one of the configuration. */
  readonly file?: readonly string[];
  /** `SEQUENCE:HASH` as it was noted elsewhere. */
  readonly noted?: readonly string[];
}

/**
 * Verifies the audit log in the file and in the store; the daemon may run or not.
 * @throws HFIT_AUDIT_BROKEN at the first line that is not as it was written
 */
export async function verifyAuditLog(
  configuration: Configuration,
  options: VerifyOptions,
): Promise<Result> {
  const noted = options.noted?.map(readNoted) ?? [];
  const files = options.file ?? [auditFileOf(configuration)];
  const publicKey = publicKeyOf(parseSigningKey(readSigningKey(configuration)));
  const store = await openStore(configuration.dataDir, configuration.store);
  try {
    const trusted = { daemon: daemonId(configuration.dataDir), publicKey };
    const report = await verifyAudit({ store, files, trusted, noted });
    if (!report.isWhole) throw broken(report);
    return { text: told(report), document: report };
  } finally {
    await store.destroy();
  }
}

function broken({ store, file }: AuditReport): HfitError {
  const reasons = [
    store.problem && `store: ${store.problem}`,
    file.problem && `file: ${file.problem}`,
  ];
  const reason = reasons.filter((it) => it).join('; ');
  return new HfitError('HFIT_AUDIT_BROKEN', { reason });
}

function told({ store, file }: AuditReport): string {
  const before =
    store.unchained > 0 ? `, and ${store.unchained} from before there was a chain` : '';
  return [
    `the audit log is whole: ${store.records} records in the store${before}, ${file.lines} lines in the file`,
    ...file.notes.map((note) => `note: ${printable(note)}`),
    `to note elsewhere, for --noted: ${store.head.sequence}:${store.head.hash}`,
  ].join('\n');
}

function readNoted(text: string): Noted {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence && hash) return { sequence: Number(sequence), hash };
  const reason = `"${text}" was not noted from hfitd audit verify: it prints SEQUENCE:HASH`;
  throw new HfitError('HFIT_USAGE', { reason, help: 'hfitd audit verify --help' });
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as it is written, or so long ago: `90m`, `24h`, `7d`. */
function momentOf(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = count ? Date.now() - Number(count) * (units[unit] as number) : Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  const reason = `"${text}" is no moment: write 2026-11-21, 2026-11-21T10:00:00Z, or 24h for a day ago`;
  throw new HfitError('HFIT_USAGE', { reason, help: 'hfitd audit search --help' });
}
