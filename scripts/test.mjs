/**
 * `npm test`: what the tests start is built first; then the other checks run beside the tests, which
 * leave a part of two processors idle. What the checks say comes at the end.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** By npm's PATH; words of ours, and those that the user typed, which no shell reads. */
function run(command, words, stdio) {
  const child = spawn(command, words, { cwd: root, stdio });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (it) => said.push(it));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(said) }));
  });
}

const built = await run('tsc', ['-b'], 'inherit');
if (built.code !== 0) process.exit(built.code);

const [checked, tested] = await Promise.all([
  run(process.execPath, ['scripts/check.mjs'], ['ignore', 'pipe', 'pipe']),
  run('vitest', ['run', ...process.argv.slice(2)], 'inherit'),
]);
process.stdout.write(checked.said);
process.exitCode = checked.code || tested.code;
