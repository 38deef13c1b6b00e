import { defineCommand } from '../command.js';
import { signingKey } from '../state/signing-key.js';

export const publicKey = defineCommand({
  path: 'public-key',
  text: 'Print the public half of the key that signs your packages, for those who check them.',
  about: [
    'The private half is in ~/.hfit/signing.key, which only you can read; it is made at its first use. Who has the public half sees with "hfit verify --key FILE" that a package is from you and was not changed.',
  ],
  arguments: [],
  options: {
    'signing-key': { value: 'FILE', text: 'Another private key, in PEM (Ed25519).' },
  },
  examples: ['hfit public-key > ann.pub'],
  async run(context, _, options) {
    const { publicKeyOf, signingKeyId } = await import('@hot-fixture/extract');
    const key = await signingKey(context, options['signing-key']);
    const pem = publicKeyOf(key);
    return { text: pem.trimEnd(), document: { key: signingKeyId(key), pem } };
  },
});
