/**
 * All that `npm test` checks before the tests. The compiler has one processor for itself, the other
 * checks take turns on another. It is JavaScript so that it starts at once.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const lanes = [
  ['tsc -b', 'tsc -p tsconfig.tests.json'],
  [
    'biome check --error-on-warnings',
    'tsx scripts/check-imports.ts',
    'tsx scripts/error-docs.ts --check',
  ],
];

/** Whether the command ended well. What it says comes in one piece, when it ends. */
function succeeds(command) {
  return new Promise((resolve) => {
    const colors = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    // By npm's PATH; each word stands above, so a shell gets nothing to misread.
    const child = spawn(command, { cwd: root, shell: true, env: { ...process.env, ...colors } });
    const said = [];
    child.stdout.on('data', (piece) => said.push(piece));
    child.stderr.on('data', (piece) => said.push(piece));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      if (code !== 0) process.stdout.write(`\n${command} ended with ${code}\n\n`);
      resolve(code === 0);
    });
  });
}

const results = lanes.map(async (commands) => {
  for (const command of commands) if (!(await succeeds(command))) return false;
  return true;
});
process.exitCode = (await Promise.all(results)).every(Boolean) ? 0 : 1;
