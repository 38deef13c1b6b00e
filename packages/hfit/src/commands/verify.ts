import { defineCommand } from '../command.js';
import { colorsFor } from '../output/colors.js';
import { packageBytes, trustOptions } from '../packages/open-package.js';
import { reportText } from '../packages/report.js';
import { trustedKeys } from '../state/signing-key.js';

export const verify = defineCommand({
  path: 'package verify',
  aliases: ['verify'],
  text: 'Check a package before you let it pass: that it is whole, signed, complete, and tells of nobody.',
  about: [
    'It looks at the archive (no links, no devices, no name that leads elsewhere, nothing that would fill the disk), the signature of its manifest, the digest of each file, the number of rows, the foreign keys over all rows, the search for masked values in columns that were kept (made where the package was), and searches those columns for personal data and secrets. The exit code is 1 where a check fails.',
    'It is unpacked into the temporary folder, for your eyes alone, and removed again.',
  ],
  arguments: [{ name: 'PACKAGE', text: 'A file in .tar.gz, or - for standard input.' }],
  options: {
    ...trustOptions,
    accept: {
      value: 'TABLE.COLUMN',
      many: true,
      text: 'A column in which personal data may stand: somebody has looked.',
    },
  },
  examples: [
    'hfit package verify pkg-daily-20260301T101500.tar.gz',
    'hfit verify incident.tar.gz --key production.pub --json',
  ],
  async run(context, [path], options) {
    const { verifyPackage } = await import('@hot-fixture/extract');
    const report = await verifyPackage(packageBytes(path), {
      keys: await trustedKeys(context, options.key),
      anyKey: options['any-key'],
      accept: options.accept,
    });
    return {
      text: reportText(report, colorsFor(process.stdout, context.env)),
      document: report,
      exitCode: report.passed ? 0 : 1,
    };
  },
});
