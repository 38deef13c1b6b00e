import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import colors from 'picocolors';
import { freshPglite } from '../../test/services/pglite.js';
import { knownCustomer } from './data.js';
import { Children, StepFailed } from './demo/children.js';
import { type Found, inspectDatabase, inspectFiles, leaksOf } from './demo/inspect.js';
import { faults, lines, number, type Report, type Sample, sum } from './demo/report.js';
import { compareStaff, readStaff, type Staff } from './demo/sample.js';
import { Steps } from './demo/steps.js';
import type { Secret } from './secrets.js';
import { makeShop, readBeside } from './shop.js';

const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    // The part of the shop that is made: 0.001 is the smallest one.
    scale: { type: 'string', default: '1' },
  },
});

const steps = new Steps(options.json);
const folder = await mkdtemp(join(tmpdir(), 'hot-fixture-demo-'));
const children = new Children(folder);
let interrupted = false;

// Who stops reading, as `| head` does, has seen enough: the cleaning goes on.
process.stdout.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    if (interrupted) return;
    interrupted = true;
    await cleanUp();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

try {
  const { report, pid } = await demo();
  const wrong = faults(report);
  const kept = options.keep ? { folder, pid } : {};
  tell(report, wrong, kept);
  if (options.keep) {
    children.leave();
    sayWhatNext(pid);
  } else {
    await cleanUp();
  }
  process.exitCode = wrong.length === 0 ? 0 : 1;
} catch (error) {
  await cleanUp();
  if (!interrupted) tellFailure(error);
  process.exitCode = 1;
}

/** From production to a test database, as its user would type it. */
async function demo(): Promise<{ report: Report; pid: number }> {
  const email = 'dev@shop.example';
  const download = ['pkg-download', 'customer_case', `customer_id=${knownCustomer}`];
  const target = 'pglite:test_shop';
  let production: Record<string, number> = {};
  let secrets: readonly Secret[] = [];
  let before: Staff = new Map();
  let server = { url: '', pid: 0 };
  const type = (program: 'hfit' | 'hfitd', words: string[], outcome: () => Promise<string>) =>
    steps.run(`${program} ${words.join(' ')}`, async () => {
      await children.run(program, words);
      return outcome();
    });

  steps.say();
  steps.say(colors.bold('From production to a test database'));
  steps.say(colors.dim(`The case of customer ${knownCustomer}, complete and masked.`));
  steps.say();
  await steps.run('make an empty test database on PGlite', async () => {
    await (await freshPglite(join(folder, 'test_shop'))).close();
    return 'test_shop';
  });
  await steps.run('fill production: a shop as untidy as real life', async () => {
    const shop = await makeShop(join(folder, 'production'), { scale: Number(options.scale) });
    ({ counts: production, secrets } = shop);
    before = await readStaff(shop.pglite);
    await shop.pglite.close();
    const tables = Object.keys(production).length;
    return `${tables} tables, ${number(sum(production))} rows, a secret planted in each of ${secrets.length} text columns`;
  });
  await writeFiles();
  await steps.run('hfitd --config hfitd.yaml', async () => {
    server = await children.serve(['--config', 'hfitd.yaml'], 'hfitd.log', options.keep);
    return `listens on ${server.url}, beside production`;
  });
  await type('hfitd', ['adduser', email, 'dev.pub', '--socket', 'admin.sock'], async () => {
    return 'with a fresh Ed25519 key';
  });
  await type('hfit', ['config', server.url, email, 'dev.key'], async () => '');
  await type('hfit', ['login'], async () => 'by a signed challenge');
  await type('hfit', ['pkg-tmpl', 'create', 'template.yaml'], async () => '');
  await type('hfit', [...download, '--out', 'case.tar.gz'], async () => {
    const { size } = await stat(join(folder, 'case.tar.gz'));
    return `a package of ${number(Math.ceil(size / 1024))} KB`;
  });
  await type('hfit', [...download, '--into', target], async () => {
    return 'loaded in one transaction';
  });

  let found: (Found & { samples: Sample[] }) | undefined;
  await steps.run('look for orphans and secrets', async () => {
    const pglite = await PGlite.create(join(folder, 'test_shop'));
    const inside = await inspectDatabase(pglite, secrets);
    const samples = compareStaff(before, await readStaff(pglite));
    await pglite.close();
    const files = await inspectFiles(folder, ['production', 'test_shop'], secrets);
    const printed = leaksOf(secrets, children.printed, 'what hfit printed');
    found = { ...inside, samples, leaks: [...inside.leaks, ...files, ...printed] };
    return '';
  });
  if (!found) throw new Error('nothing was looked for');
  const { seconds, done } = steps;
  return {
    report: { ...found, production, planted: secrets.length, steps: done, seconds },
    pid: server.pid,
  };
}

/** What an administrator writes once, and the user's key pair. */
async function writeFiles(): Promise<void> {
  const write = (name: string, text: string) =>
    writeFile(join(folder, name), text, { mode: 0o600 });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  await write('dev.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await write('dev.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  await write('policy.yaml', await readBeside('policy.yaml'));
  await write('template.yaml', await readBeside('template.yaml'));
  await write(
    'hfitd.yaml',
    [
      'listen: 127.0.0.1:0',
      'dataDir: hfitd-data',
      'socket: admin.sock',
      'policy: policy.yaml',
      'sources:',
      `  shop: { url: ${JSON.stringify(`pglite:${join(folder, 'production')}`)} }`,
      '',
    ].join('\n'),
  );
}

function tell(report: Report, wrong: readonly string[], kept: object): void {
  if (options.json) {
    const { leaks, ...rest } = report;
    const document = { ok: wrong.length === 0, ...rest, leaks, faults: wrong, ...kept };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  steps.say();
  for (const line of lines(report)) steps.say(line);
  steps.say();
  for (const fault of wrong) steps.say(`${colors.red('✗')} ${fault}`);
  const end = `${report.seconds.toFixed(1)} s in all`;
  const success = `${colors.green('✓')} ${colors.bold(end)}: complete, masked, loaded.`;
  steps.say(wrong.length === 0 ? success : colors.red(end));
  if (!options.keep) {
    steps.say(colors.dim('  All of it is gone again. To keep it and play: npm run demo -- --keep'));
  }
  steps.say();
}

function tellFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const said = error instanceof StepFailed ? error.said : error instanceof Error ? error.stack : '';
  if (options.json) {
    const document = { ok: false, error: message, said, steps: steps.done };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
  process.stderr.write(`\n${message}\n\n${String(said).trim()}\n\n`);
}

function sayWhatNext(pid: number): void {
  const type = (command: string) => steps.say(`  ${colors.cyan(command)}`);
  steps.say('hfitd still runs. Type next, here:');
  steps.say();
  type(`export HFIT_HOME=${join(folder, 'home')}`);
  type('npx hfit tables shop public');
  type('npx hfit pkg-tmpl show customer_case');
  type(`npx hfit pkg-download customer_case customer_id=${knownCustomer} | less`);
  type(`npx hfit pkg-download customer_case customer_id=${knownCustomer + 1} --out next.tar.gz`);
  steps.say();
  steps.say(`Its files (policy, template, log, package, both databases) are in ${folder}`);
  steps.say('To stop it and remove them:');
  steps.say();
  type(`kill ${pid}; sleep 2; rm -r ${folder}`);
  steps.say();
}

async function cleanUp(): Promise<void> {
  await children.stop();
  await rm(folder, { recursive: true, force: true });
}
