import type { Field } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { parseAddress } from './address.js';
import { type Environment, wrong } from './providers.js';
import type {
  AuditSettings,
  OperationSettings,
  RequestLimits,
  Settings,
  TlsSettings,
} from './settings.js';
import { readTracing, readTracingVariables } from './tracing.js';

/** Requests per minute, but for `loginsAtOnce`; 0 is no limit. */
export const defaultLimits: RequestLimits = {
  loginsPerAddress: 120,
  loginsPerName: 60,
  loginsAtOnce: 200,
  requestsPerUser: 1200,
};

const mostPerMinute = 1_000_000;
const limitNames = Object.keys(defaultLimits) as (keyof RequestLimits)[];

type Found = Partial<Record<keyof OperationSettings, Field>>;

/** The keys of the file that are about how the daemon is run. */
export function readOperationFields(found: Found, path: (field: Field) => string): Settings {
  return {
    ...(found.limits && { limits: limitsOf(found.limits) }),
    ...(found.trustProxy && { trustProxy: addresses(found.trustProxy) }),
    ...(found.audit && { audit: auditOf(found.audit, path) }),
    ...(found.tls && { tls: tlsOf(found.tls, path) }),
    ...(found.monitor && { monitor: listening(found.monitor) }),
    ...(found.tracing && { tracing: readTracing(found.tracing, path) }),
  };
}

function limitsOf(field: Field): Partial<RequestLimits> {
  const found = field.fields([], limitNames);
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [
      name,
      (value as Field).integer(0, mostPerMinute),
    ]),
  );
}

function addresses(field: Field): string[] {
  return (field.kind === 'list' ? field.list() : [field]).map((item) => {
    const text = item.text();
    if (!isProxy(text)) throw item.fail(proxyAdvice);
    return text;
  });
}

const proxyAdvice = 'a proxy is an IP address, or a range such as 10.0.0.0/8';

/** `trustProxy: true` would believe whoever asks: only addresses are taken. */
function isProxy(text: string): boolean {
  return /^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(text) && /[.:]/.test(text);
}

function auditOf(field: Field, path: (field: Field) => string): AuditSettings {
  const { syslog, ...files } = field.fields([], ['syslog', ...auditFiles]);
  if (syslog && !isSyslog(syslog.text())) throw syslog.fail(syslogAdvice);
  if (!files.syslogCert !== !files.syslogKey) throw field.fail(pairAdvice);
  return {
    ...(syslog && { syslog: syslog.text() }),
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path(file as Field)])),
  };
}

const auditFiles = ['file', 'syslogCa', 'syslogCert', 'syslogKey'] as const;
const pairAdvice = '"syslogCert" and "syslogKey" are set both or neither';
const syslogAdvice =
  'must be tls://host:6514, tcp://host:601, udp://host:514 or unix:/path/of/a/stream/socket';

function isSyslog(text: string): boolean {
  return /^(udp|tcp|tls):\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$|^unix:\/.+$/.test(
    text,
  );
}

function tlsOf(field: Field, path: (field: Field) => string): TlsSettings {
  const { cert, key, clientCa } = field.fields(['cert', 'key'], ['clientCa']);
  return { cert: path(cert), key: path(key), ...(clientCa && { clientCa: path(clientCa) }) };
}

function listening(field: Field): string {
  try {
    parseAddress(field.text());
  } catch (error) {
    throw error instanceof HfitError ? error.at(field.where) : error;
  }
  return field.text();
}

const limitVariables: Readonly<Record<keyof RequestLimits, string>> = {
  loginsPerAddress: 'HFITD_LOGINS_PER_ADDRESS',
  loginsPerName: 'HFITD_LOGINS_PER_NAME',
  loginsAtOnce: 'HFITD_LOGINS_AT_ONCE',
  requestsPerUser: 'HFITD_REQUESTS_PER_USER',
};

const auditVariables: Readonly<Record<(typeof auditFiles)[number], string>> = {
  file: 'HFITD_AUDIT_FILE',
  syslogCa: 'HFITD_AUDIT_SYSLOG_CA',
  syslogCert: 'HFITD_AUDIT_SYSLOG_CERT',
  syslogKey: 'HFITD_AUDIT_SYSLOG_KEY',
};

/** The same settings from the environment. */
export function readOperationVariables(env: Environment): Settings {
  const text = (variable: string) => env[variable] || undefined;
  const limits = Object.fromEntries(
    limitNames.flatMap((name) => {
      const value = text(limitVariables[name]);
      if (value === undefined) return [];
      if (!/^\d{1,7}$/.test(value) || Number(value) > mostPerMinute) {
        throw wrong(limitVariables[name], `must be a whole number from 0 to ${mostPerMinute}`);
      }
      return [[name, Number(value)]];
    }),
  );
  const proxies = text('HFITD_TRUST_PROXY')
    ?.split(',')
    .map((address) => address.trim());
  if (proxies && !proxies.every(isProxy)) throw wrong('HFITD_TRUST_PROXY', proxyAdvice);
  const syslog = text('HFITD_AUDIT_SYSLOG');
  if (syslog && !isSyslog(syslog)) throw wrong('HFITD_AUDIT_SYSLOG', syslogAdvice);
  const audit = {
    ...(syslog && { syslog }),
    ...Object.fromEntries(
      Object.entries(auditVariables).flatMap(([name, variable]) => {
        const file = text(variable);
        return file === undefined ? [] : [[name, file]];
      }),
    ),
  };
  if (!text('HFITD_AUDIT_SYSLOG_CERT') !== !text('HFITD_AUDIT_SYSLOG_KEY')) {
    const both = 'and HFITD_AUDIT_SYSLOG_KEY are set both or neither';
    throw wrong('HFITD_AUDIT_SYSLOG_CERT', both);
  }
  const monitor = text('HFITD_MONITOR');
  if (monitor) addressIn('HFITD_MONITOR', monitor);
  const tracing = readTracingVariables(env);
  const [cert, key, clientCa] = ['CERT', 'KEY', 'CLIENT_CA'].map((it) => text(`HFITD_TLS_${it}`));
  if (!cert !== !key) throw wrong('HFITD_TLS_CERT', 'and HFITD_TLS_KEY are set both or neither');
  return {
    ...(limitNames.some((name) => name in limits) && { limits }),
    ...(proxies && { trustProxy: proxies }),
    ...(Object.keys(audit).length > 0 && { audit }),
    ...(cert && key && { tls: { cert, key, ...(clientCa && { clientCa }) } }),
    ...(monitor && { monitor }),
    ...(tracing && { tracing }),
  };
}

function addressIn(variable: string, text: string): void {
  try {
    parseAddress(text);
  } catch (error) {
    throw error instanceof HfitError ? error.at(`environment: ${variable}`) : error;
  }
}
