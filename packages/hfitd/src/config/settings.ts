/** Where data comes from: a URL, or for an embedding program its own open handle. */
export type SourceSettings = SourceLimits &
  ({ readonly url: string } | { readonly handle: object });

/** What reading from a source may cost it. */
export interface SourceLimits {
  /** How many connections it is read by at the same time. Default 4, or `packagesAtOnce`. */
  readonly connections?: number;
  /** How many streams of rows one user may have of it. Default: half of the connections, at least 1. */
  readonly streamsPerUser?: number;
  /** How long a request waits for one of them, in seconds. Default 30. */
  readonly queueSeconds?: number;
  /** How long one query of rows, counts and listings may take, in seconds. Default 60. */
  readonly statementSeconds?: number;
  /** How long such a query waits for a table that others hold, in seconds. Default 10. */
  readonly lockSeconds?: number;
  /** Takes an account that may write, or read files of the server. */
  readonly dangerouslyAllowWriters?: boolean;
}

export interface VolumeSettings {
  /** A folder; files are given out from it and from nowhere else. */
  readonly path: string;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Requests per minute, but for `loginsAtOnce`; 0 is no limit. */
export interface RequestLimits {
  /** Challenges and answers from one address. Default 120. */
  readonly loginsPerAddress: number;
  /** Of these, such for one name. Default 60. */
  readonly loginsPerName: number;
  /** Answers to challenges, from everywhere, that are looked at at the same moment. Default 200. */
  readonly loginsAtOnce: number;
  /** All requests of one user. Default 1200. */
  readonly requestsPerUser: number;
}

export interface AuditSettings {
  /** A file that only grows. Default `audit.log` in the data folder. */
  readonly file?: string;
  /** Where each record is sent too: `tls://…`, `tcp://…`, `udp://…` or `unix:/…`. */
  readonly syslog?: string;
  /** Of `tls://`, in PEM: whose certificates are believed. Default: those of Node. */
  readonly syslogCa?: string;
  /** What this daemon shows of itself, where it is asked for that. */
  readonly syslogCert?: string;
  readonly syslogKey?: string;
}

/** Files in PEM; they are read again when they change. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  /** Clients must show a certificate that it signed. */
  readonly clientCa?: string;
}

/** Where the spans of OpenTelemetry are sent. */
export interface TracingSettings {
  /** The URL of a collector that takes OTLP over HTTP; `/v1/traces` is added. */
  readonly endpoint: string;
  /** What the collector asks for, such as a token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many of a hundred traces that begin here are sent. Default 100. */
  readonly percent?: number;
}

/** How the daemon is run. */
export interface OperationSettings {
  readonly limits?: Partial<RequestLimits>;
  /** Addresses of proxies whose X-Forwarded-For is believed. Default none. */
  readonly trustProxy?: readonly string[];
  readonly audit?: AuditSettings;
  /** TLS of its own. Default: plain HTTP, for a proxy with TLS before it. */
  readonly tls?: TlsSettings;
  /** How long a client may take for the headers of a request, in milliseconds. Default 15,000. */
  readonly headersTimeout?: number;
  /** How long a client may take nothing of its answer, in milliseconds. Default 120,000. */
  readonly readerTimeout?: number;
  /** `host:port` of a listener of its own for /live, /ready and /metrics. Default: none. */
  readonly monitor?: string;
  /** Default: no traces. */
  readonly tracing?: TracingSettings;
}

/** How packages are built in the background. Times are seconds. */
export interface JobSettings {
  /** Jobs that run in this process at the same time; 0 leaves them to others. Default 2. */
  readonly atOnce: number;
  /** Of these, jobs that read the same source. Default 2. */
  readonly perSource: number;
  /** Jobs of one user that wait or run; more are refused. Default 100. */
  readonly perUser: number;
  /** How often a job is tried where a server cannot be reached. Default 5. */
  readonly attempts: number;
  /** How long jobs and their packages are kept. Default a day. */
  readonly keep: number;
  /** A package that is not older is given again to who asks for the same. Default an hour. */
  readonly maxAge: number;
  /** A job whose process says nothing for so long is taken by another one. Default 15 s. */
  readonly lease: number;
}

/** What several daemons and workers share, and how they work. */
export interface SharedSettings {
  readonly jobs?: Partial<JobSettings>;
  /** Where packages are kept: a folder, or `s3://…`. Default `packages` in the data folder. */
  readonly storage?: string;
  /** Default: `signing.key` in the data folder, made at the first start. */
  readonly signingKeyFile?: string;
}

/** A service account: who has a token with these claims is it. */
export interface AccountSettings {
  readonly name: string;
  /** Each must be there: a text, or a list that holds it; `*` stands for any characters. */
  readonly claims: Readonly<Record<string, string>>;
  /** Roles of its logins, beside those that it is a member of. */
  readonly roles: readonly string[];
}

/** An identity provider (OpenID Connect) whose tokens pipelines bring. */
export interface IssuerSettings {
  /** Its URL, as the claim `iss` has it. */
  readonly issuer: string;
  /** Default: the audience of the daemon. */
  readonly audience?: string;
  /** Whether a token may be exchanged again until it ends. Default: once, where it has a `jti`. */
  readonly reusable?: boolean;
  /** The first that fits is meant. */
  readonly accounts: readonly AccountSettings[];
}

export const accessModes = ['grants', 'open'] as const;

/** Who may log in, and who may what. */
export interface AccessSettings {
  /** Whether what is not granted is there all the same. Default: `open` until the first grant. */
  readonly access?: (typeof accessModes)[number];
  /** Declares roles, teams and grants: they can be changed there alone then. */
  readonly accessFile?: string;
  readonly issuers?: readonly IssuerSettings[];
}

/** What an operator may set; all of it has a default. Paths are absolute, or of the working folder. */
export interface Settings extends OperationSettings, SharedSettings, AccessSettings {
  /** `host:port`; port 0 takes any free one. Default `127.0.0.1:8743`. */
  readonly listen?: string;
  /** Whom tokens and challenges are for: the URL that users know. Default: where it listens. */
  readonly audience?: string;
  /** Holds users, templates, keys and the audit log. Default `./hfitd-data`. */
  readonly dataDir?: string;
  /** The admin socket. Default `admin.sock` in the data folder. */
  readonly socket?: string;
  /** The policy file, or several: of them the strictest line wins. Without one, every column is denied. */
  readonly policy?: string | readonly string[];
  /** Default: `masking.key` in the data folder, made at the first start. */
  readonly maskingKeyFile?: string;
  readonly sources?: Readonly<Record<string, SourceSettings>>;
  readonly volumes?: Readonly<Record<string, VolumeSettings>>;
  /** How many packages are built at the same time; others wait in line. Default 4. */
  readonly packagesAtOnce?: number;
  readonly logLevel?: LogLevel;
  /** URL of a database of PostgreSQL for the own data, which several daemons then share. */
  readonly store?: string;
  /** URL of a Redis that several daemons share: for the queue of jobs, challenges and limits. */
  readonly redis?: string;
}

/** Settings with all defaults filled in. */
export interface Configuration extends Settings {
  readonly listen: string;
  readonly dataDir: string;
  readonly socket: string;
  readonly sources: Readonly<Record<string, SourceSettings>>;
  readonly volumes: Readonly<Record<string, VolumeSettings>>;
  readonly packagesAtOnce: number;
  readonly logLevel: LogLevel;
  readonly limits: RequestLimits;
  readonly jobs: JobSettings;
  readonly storage: string;
}

/** Names of sources and volumes: they stand in templates and in paths of URLs. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
