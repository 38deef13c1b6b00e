import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { HfitError } from '@hot-fixture/errors';
import type { AuditSettings } from '../config/settings.js';
import type { ChainedRecord } from './chain.js';

/** How long a message may take to leave, in milliseconds: no data leaves meanwhile. */
const patience = 3_000;
/**
 * How long a new connection with TLS is held before it is written to, in milliseconds: a server that
 * refuses our certificate closes it only after its handshake, and would take a record with it.
 */
const hold = 300;

/** Sends each record to a syslog server, as RFC 5424 writes it. */
export interface Syslog {
  /** Returns when the message has left; over UDP nobody knows whether it came. */
  send(record: ChainedRecord, hash: string): Promise<void>;
  close(): Promise<void>;
}

type Files = Pick<AuditSettings, 'syslogCa' | 'syslogCert' | 'syslogKey'>;

/**
 * A connection to `udp://host:port`, `tcp://host:port`, `tls://host:port` or `unix:/path`, made when
 * first needed.
 * @param files in PEM, of TLS: whom to believe, and what this daemon shows
 * @throws HFIT_TLS_UNUSABLE
 */
export function openSyslog(url: string, files: Files = {}): Syslog {
  if (url.startsWith('unix:')) {
    const path = url.slice('unix:'.length);
    return new StreamSyslog(() => ({ socket: connect({ path }), ready: now }));
  }
  const { protocol, hostname: host, port } = new URL(url);
  const usual = protocol === 'tls:' ? 6514 : 514;
  const at = { host: host.replace(/^\[|\]$/g, ''), port: Number(port || usual) };
  if (protocol === 'udp:') return new DatagramSyslog(at);
  if (protocol === 'tls:') return new StreamSyslog(overTls(at, files));
  return new StreamSyslog(() => ({ socket: connect(at), ready: now }));
}

/** A connection, and when it can be written to. */
type Connect = () => { readonly socket: Socket; readonly ready: Promise<void> };

const now = Promise.resolve();

/** RFC 5425: its certificate must be signed by somebody who is believed, and name its host. */
function overTls(at: { host: string; port: number }, files: Files): Connect {
  const { syslogCa: ca, syslogCert: cert, syslogKey: key } = files;
  const options = {
    ...(ca !== undefined && { ca: read(ca) }),
    ...(cert !== undefined && { cert: read(cert) }),
    ...(key !== undefined && { key: read(key) }),
    minVersion: 'TLSv1.2' as const,
  };
  const where = cert ?? ca ?? '';
  const secureContext = usable(where, () => createSecureContext(options));
  const name = isIP(at.host) ? {} : { servername: at.host };
  return () => {
    const socket = connectTls({ ...at, ...name, secureContext });
    const ready = new Promise<void>((resolve) => {
      socket.once('secureConnect', () => setTimeout(resolve, hold));
    });
    return { socket, ready };
  };
}

function read(file: string): Buffer {
  return usable(file, () => readFileSync(file));
}

function usable<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError('HFIT_TLS_UNUSABLE', { reason }, { where, cause });
  }
}

/** Facility 13 is the audit log; a refusal or failure is a warning, all else a notice. */
function messageOf(record: ChainedRecord, hash: string): Buffer {
  const severity = record.outcome === 'ok' || record.outcome === 'started' ? 5 : 4;
  const head = `<${13 * 8 + severity}>1 ${record.at} ${host()} hfitd ${process.pid} ${record.action}`;
  const data = `[hfitd@32473 sequence="${record.sequence}" hash="${hash}"]`;
  // The byte order mark says that UTF-8 follows.
  return Buffer.from(`${head} ${data} \ufeff${JSON.stringify({ ...record, hash })}`);
}

function host(): string {
  return (
    hostname()
      .replace(/[^\x21-\x7e]/g, '')
      .slice(0, 255) || '-'
  );
}

class DatagramSyslog implements Syslog {
  readonly #to: { host: string; port: number };
  readonly #socket: Datagrams;

  constructor(to: { host: string; port: number }) {
    this.#to = to;
    this.#socket = createSocket(to.host.includes(':') ? 'udp6' : 'udp4');
    this.#socket.on('error', () => {});
    this.#socket.unref();
  }

  send(record: ChainedRecord, hash: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const { host: address, port } = this.#to;
      this.#socket.send(messageOf(record, hash), port, address, (error) =>
        error ? reject(new Error(`syslog: ${error.message}`)) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
  }
}

/** Counts the octets of each message before it, as RFC 6587 has it. */
class StreamSyslog implements Syslog {
  readonly #connect: Connect;
  #socket: Socket | undefined;
  #ready = now;
  #reason = '';

  constructor(connectNow: Connect) {
    this.#connect = connectNow;
  }

  async send(record: ChainedRecord, hash: string): Promise<void> {
    const message = messageOf(record, hash);
    const frame = Buffer.concat([Buffer.from(`${message.length} `), message]);
    // A server that went away shows only when it is written to: the second time is a new connection.
    try {
      await this.#write(frame);
    } catch {
      await this.#write(frame);
    }
  }

  async close(): Promise<void> {
    this.#socket?.end();
  }

  #write(frame: Buffer): Promise<void> {
    const socket = this.#connected();
    return new Promise((resolve, reject) => {
      const end = (error?: Error | null) => {
        clearTimeout(timer);
        socket.off('close', closed);
        if (!error) return resolve();
        socket.destroy();
        reject(error);
      };
      const closed = () => end(new Error(`the syslog server cannot be reached${this.#reason}`));
      const timer = setTimeout(() => end(new Error('the syslog server takes nothing')), patience);
      socket.once('close', closed);
      void this.#ready.then(() => socket.destroyed || socket.write(frame, end));
    });
  }

  #connected(): Socket {
    if (this.#socket && !this.#socket.destroyed && this.#socket.writable) return this.#socket;
    const { socket, ready } = this.#connect();
    this.#ready = ready;
    this.#reason = '';
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code) this.#reason = `: ${code}`;
    });
    // It sends nothing; what is read is the end of the connection.
    socket.resume();
    socket.unref();
    this.#socket = socket;
    return socket;
  }
}
