import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Signer, signerOf } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { type AgentKey, agentKeys } from './agent.js';
import { publicBlobOf } from './openssh.js';
import { readPrivateKey } from './private-key.js';

/** A way to sign, and what to call it. */
export interface NamedSigner {
  readonly name: string;
  readonly sign: Signer;
}

/** Where keys are when nobody names one, the better ones first. */
const usualFiles = ['id_ed25519', 'id_rsa'];
/** A server may count logins that it refuses. */
const most = 5;

/**
 * What can sign a login: the key that was named; else the keys of the SSH agent, and then those in
 * ~/.ssh. A named key that is locked, or only its public half, is asked of the agent.
 * @throws HFIT_KEY_FILE and the like, HFIT_KEY_NONE, HFIT_AGENT
 */
export async function signers(
  key: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<NamedSigner[]> {
  if (key !== undefined) return [await namedKey(key, env)];
  const found = (await keysOf(env)).map(signerOfAgent);
  for (const name of usualFiles) {
    const path = join(env.HOME || homedir(), '.ssh', name);
    const file = await readPrivateKey(path).catch(() => null);
    if (file) found.push({ name: path, sign: signerOf(file) });
  }
  if (found.length > 0) return found.slice(0, most);
  const agent = env.SSH_AUTH_SOCK ? 'the SSH agent holds none' : 'there is no SSH agent';
  throw new HfitError('HFIT_KEY_NONE', { reason: `${agent}, and ~/.ssh no unlocked one` });
}

async function namedKey(path: string, env: NodeJS.ProcessEnv): Promise<NamedSigner> {
  try {
    return { name: path, sign: signerOf(await readPrivateKey(path)) };
  } catch (error) {
    const blob = await publicHalf(path);
    const held = blob && (await keysOf(env)).find((each) => each.blob.equals(blob));
    if (held) return signerOfAgent(held);
    throw error;
  }
}

/** Of a locked key too: it stands in the file, or beside it. */
async function publicHalf(path: string): Promise<Buffer | null> {
  for (const file of [path, `${path}.pub`]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    try {
      const blob = publicBlobOf(text);
      if (blob) return blob;
    } catch {
      // a file of that form that is broken has no half to be asked for
    }
  }
  return null;
}

async function keysOf(env: NodeJS.ProcessEnv): Promise<AgentKey[]> {
  return env.SSH_AUTH_SOCK ? agentKeys(env.SSH_AUTH_SOCK) : [];
}

function signerOfAgent({ type, comment, sign }: AgentKey): NamedSigner {
  return { name: `${comment || type} of the SSH agent`, sign };
}
