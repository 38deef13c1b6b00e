import { connect } from 'node:net';
import type { Signer } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { WireReader, wireField, wireNumber } from './wire.js';

/** A key that an SSH agent holds and signs with; its private half stays there. */
export interface AgentKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  readonly comment: string;
  /** The public half, as the agent names it. */
  readonly blob: Buffer;
  readonly sign: Signer;
}

// Source: draft-ietf-sshm-ssh-agent, sections 3 and 6.
const requestIdentities = 11;
const identitiesAnswer = 12;
const signRequest = 13;
const signResponse = 14;
const rsaSha512 = 4;
/** An agent that is stuck shall not stop us for ever, in milliseconds: a person may have to touch. */
const patience = 30_000;
const longestAnswer = 256 * 1024;

/**
 * The keys of the agent behind a socket that can log in: Ed25519 and RSA.
 * @throws HFIT_AGENT
 */
export async function agentKeys(socket: string): Promise<AgentKey[]> {
  const answer = await ask(socket, identitiesAnswer, Buffer.from([requestIdentities]));
  const keys: AgentKey[] = [];
  for (let left = answer.number(); left > 0; left--) {
    const blob = answer.field();
    const comment = answer.field().toString('utf8');
    const type = new WireReader(blob, () => strange(socket)).field().toString('latin1');
    const sign = (data: Uint8Array) => signWith(socket, type, blob, data);
    if (type === 'ssh-ed25519' || type === 'ssh-rsa') keys.push({ type, comment, blob, sign });
  }
  return keys;
}

async function signWith(
  socket: string,
  type: string,
  blob: Buffer,
  data: Uint8Array,
): Promise<Uint8Array> {
  const flags = type === 'ssh-rsa' ? rsaSha512 : 0;
  const parts = [wireField(blob), wireField(data), wireNumber(flags)];
  const asked = Buffer.concat([Buffer.from([signRequest]), ...parts]);
  const signature = (await ask(socket, signResponse, asked)).field();
  const reader = new WireReader(signature, () => strange(socket));
  const made = reader.field().toString('latin1');
  const wanted = type === 'ssh-rsa' ? 'rsa-sha2-512' : type;
  if (made !== wanted) throw failure(socket, `it signs by ${made}, and not by ${wanted}`);
  return reader.field();
}

/** Sends one message, and gives what stands behind the type of the answer. */
async function ask(socket: string, wanted: number, message: Buffer): Promise<WireReader> {
  const answer = await exchange(socket, wireField(message));
  const reader = new WireReader(answer, () => strange(socket));
  const type = reader.take(1)[0];
  if (type === wanted) return reader;
  throw failure(socket, type === 5 ? 'it refused' : 'its answer is of another kind');
}

function exchange(socket: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let taken = Buffer.alloc(0);
    const connection = connect(socket);
    const end = (error?: Error) => {
      connection.destroy();
      if (error) reject(error);
    };
    connection.setTimeout(patience, () => end(failure(socket, 'it does not answer')));
    connection.once('error', (error) => end(failure(socket, error.message, error)));
    connection.once('end', () => end(failure(socket, 'it ended the connection')));
    connection.on('data', (bytes: Buffer) => {
      taken = Buffer.concat([taken, bytes]);
      if (taken.length < 4) return;
      const length = taken.readUInt32BE();
      if (length > longestAnswer) return end(strange(socket));
      if (taken.length < 4 + length) return;
      resolve(taken.subarray(4, 4 + length));
      end();
    });
    connection.write(message);
  });
}

function strange(socket: string): HfitError {
  return failure(socket, 'its answer cannot be read');
}

function failure(socket: string, reason: string, cause?: unknown): HfitError {
  return new HfitError('HFIT_AGENT', { reason }, { where: socket, cause });
}
