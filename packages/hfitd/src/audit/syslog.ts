import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { ChainedRecord } from './chain.js';

/** How long a message may take to leave, in milliseconds: no data leaves meanwhile. */
const patience = 3_000;

/** Sends each record to a syslog server, as RFC 5424 writes it. */
export interface Syslog {
  /** Returns when the message has left; over UDP nobody knows whether it came. */
  send(record: ChainedRecord, hash: string): Promise<void>;
  close(): Promise<void>;
}

/** A connection to `udp://host:port`, `tcp://host:port` or `unix:/path`, made when first needed. */
export function openSyslog(url: string): Syslog {
  if (url.startsWith('unix:')) return new StreamSyslog({ path: url.slice('unix:'.length) });
  const { protocol, hostname: host, port } = new URL(url);
  const at = { host: host.replace(/^\[|\]$/g, ''), port: Number(port || 514) };
  return protocol === 'udp:' ? new DatagramSyslog(at) : new StreamSyslog(at);
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
  readonly #to: { host: string; port: number } | { path: string };
  #socket: Socket | undefined;

  constructor(to: { host: string; port: number } | { path: string }) {
    this.#to = to;
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
      const closed = () => end(new Error('the syslog server cannot be reached'));
      const timer = setTimeout(() => end(new Error('the syslog server takes nothing')), patience);
      socket.once('close', closed);
      socket.write(frame, end);
    });
  }

  #connected(): Socket {
    if (this.#socket && !this.#socket.destroyed && this.#socket.writable) return this.#socket;
    const socket = connect(this.#to);
    socket.on('error', () => {});
    // It sends nothing; what is read is the end of the connection.
    socket.resume();
    socket.unref();
    this.#socket = socket;
    return socket;
  }
}
