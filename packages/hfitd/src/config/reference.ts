/** One setting, as the page of the server and `hfitd settings` list it. */
export interface Setting {
  /** In YAML; a dot stands before a field of a field, and NAME for a name of one's own. */
  readonly yaml: string;
  /** In the environment; empty where only the file has it. */
  readonly variable: string;
  readonly default: string;
  readonly text: string;
}

type Row = readonly [yaml: string, variable: string, standard: string, text: string];

const rows: readonly Row[] = [
  [
    'listen',
    'SERVER_ADDRESS',
    '127.0.0.1:8743',
    '`host:port`; `:8080` is all addresses, port 0 any free one',
  ],
  ['audience', 'HFITD_AUDIENCE', 'the URL of `listen`', 'the URL that users know the server by'],
  ['dataDir', 'HFITD_DATA_DIR', './hfitd-data', 'where the server keeps its own data'],
  ['socket', 'HFITD_SOCKET_PATH', '`admin.sock` in `dataDir`', 'the admin socket'],
  [
    'policy',
    'HFITD_POLICY',
    'none: every column is denied',
    'the policy file; several as a list, and in the variable as in PATH',
  ],
  [
    'maskingKeyFile',
    'HFITD_MASKING_KEY_FILE',
    '`masking.key` in `dataDir`',
    'the key that masks are made with',
  ],
  [
    'signingKeyFile',
    'HFITD_SIGNING_KEY_FILE',
    '`signing.key` in `dataDir`',
    'the key that packages and the audit log are signed with',
  ],
  ['sources.NAME.url', 'DBMS_PROVIDERS', 'none', 'a database, by the name that templates use'],
  [
    'sources.NAME.urlFile',
    'NAME_DB_PASSWORD_FILE',
    'none',
    'the file that holds the URL; of the variable, the password',
  ],
  ['sources.NAME.connections', '', '4', 'connections to it at most'],
  [
    'sources.NAME.streamsPerUser',
    '',
    'half of the connections',
    'streams of rows that one user may have of it at the same time, at least 1',
  ],
  ['sources.NAME.queueSeconds', '', '30', 'how long a reader waits for a connection'],
  ['sources.NAME.statementSeconds', '', '60', 'how long one statement may take'],
  ['sources.NAME.lockSeconds', '', '10', 'how long one waits for a lock'],
  ['sources.NAME.dangerouslyAllowWriters', '', 'false', 'takes a database user that can write'],
  ['volumes.NAME.path', 'VOLUMES', 'none', 'a folder with files, by the name that templates use'],
  [
    'packagesAtOnce',
    'HFITD_PACKAGES_AT_ONCE',
    '4',
    'packages that are streamed at the same time; others wait in line',
  ],
  ['logLevel', 'HFITD_LOG_LEVEL', 'info', '`debug`, `info`, `warn`, `error` or `silent`'],
  [
    'store',
    'HFITD_STORE',
    'a file in `dataDir`',
    'a PostgreSQL that several daemons share for their own data; HFITD_STORE_FILE names a file with the URL',
  ],
  [
    'redis',
    'HFITD_REDIS',
    'none',
    'a Redis that they share for the queue and for limits; HFITD_REDIS_FILE names a file with the URL',
  ],
  [
    'storage',
    'HFITD_STORAGE',
    '`packages` in `dataDir`',
    'where packages are kept: a folder, or `s3://…`',
  ],
  [
    'jobs.atOnce',
    'HFITD_JOBS_AT_ONCE',
    '2',
    'jobs that run here at the same time; 0 leaves them to workers',
  ],
  ['jobs.perSource', 'HFITD_JOBS_PER_SOURCE', '2', 'of these, jobs that read the same source'],
  ['jobs.perUser', 'HFITD_JOBS_PER_USER', '100', 'jobs of one user that wait or run'],
  [
    'jobs.attempts',
    'HFITD_JOBS_ATTEMPTS',
    '5',
    'how often a job is tried where a server cannot be reached',
  ],
  ['jobs.keep', 'HFITD_JOBS_KEEP', '24h', 'how long jobs and their packages are kept'],
  ['jobs.maxAge', 'HFITD_JOBS_MAX_AGE', '1h', 'a package that is not older is given again'],
  [
    'jobs.lease',
    'HFITD_JOBS_LEASE',
    '15s',
    'after so long without a word a job is taken by another process',
  ],
  [
    'access',
    'HFITD_ACCESS',
    'open until the first grant',
    '`grants` or `open`: whether what is not granted is there',
  ],
  ['accessFile', 'HFITD_ACCESS_FILE', 'none', 'declares roles, teams and grants'],
  ['issuers', '', 'none', 'identity providers whose tokens pipelines bring'],
  [
    'limits.loginsPerAddress',
    'HFITD_LOGINS_PER_ADDRESS',
    '120',
    'challenges and answers from one address per minute, and as many wrong tokens; 0 is no limit',
  ],
  ['limits.loginsPerName', 'HFITD_LOGINS_PER_NAME', '60', 'of these, such for one name'],
  [
    'limits.loginsAtOnce',
    'HFITD_LOGINS_AT_ONCE',
    '200',
    'answers to challenges that are looked at at the same moment',
  ],
  ['limits.requestsPerUser', 'HFITD_REQUESTS_PER_USER', '1200', 'requests of one user per minute'],
  [
    'trustProxy',
    'HFITD_TRUST_PROXY',
    'none',
    'addresses of proxies whose `X-Forwarded-For` is believed',
  ],
  ['audit.file', 'HFITD_AUDIT_FILE', '`audit.log` in `dataDir`', 'the file of the audit log'],
  [
    'audit.syslog',
    'HFITD_AUDIT_SYSLOG',
    'none',
    '`tls://host:6514`, `tcp://host:601`, `udp://host:514` or `unix:/path`: gets each record too',
  ],
  [
    'audit.syslogCa',
    'HFITD_AUDIT_SYSLOG_CA',
    'those that Node believes',
    'with `tls://`: the CA that signed the certificate of the syslog server',
  ],
  ['audit.syslogCert', 'HFITD_AUDIT_SYSLOG_CERT', 'none', 'what the server shows of itself there'],
  ['audit.syslogKey', 'HFITD_AUDIT_SYSLOG_KEY', 'none', 'its private key'],
  ['tls.cert', 'HFITD_TLS_CERT', 'none: plain HTTP', 'the certificate with its chain, in PEM'],
  ['tls.key', 'HFITD_TLS_KEY', 'none', 'its private key'],
  ['tls.clientCa', 'HFITD_TLS_CLIENT_CA', 'none', 'clients must show a certificate that it signed'],
  [
    'monitor',
    'HFITD_MONITOR',
    'none',
    '`host:port` for /live, /ready and /metrics, without a login',
  ],
  [
    'tracing.endpoint',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'none: no traces',
    'the URL of a collector of OpenTelemetry (OTLP over HTTP); `/v1/traces` is added',
  ],
  [
    'tracing.headersFile',
    'HFITD_TRACING_HEADERS_FILE',
    'none',
    'the file of the headers that it asks for, a line each: `authorization: Bearer …`',
  ],
  [
    'tracing.percent',
    'HFITD_TRACING_PERCENT',
    '100',
    'how many of a hundred traces that begin here are sent',
  ],
];

/** Every setting, in the order of the page. */
export const settings: readonly Setting[] = rows.map(([yaml, variable, standard, text]) => ({
  yaml,
  variable,
  default: standard,
  text,
}));

/** The table of all settings, in Markdown. */
export function settingsTable(): string {
  const code = (text: string) => (text === '' ? '' : `\`${text}\``);
  const lines = settings.map(
    (it) => `| ${code(it.yaml)} | ${code(it.variable)} | ${it.default} | ${it.text} |`,
  );
  return [
    '| YAML | environment | default | what it says |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
