import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram, isRoot } from './programs.js';

/**
 * One run at a time, and no server of Debian's own is started: it would hold the usual ports.
 * The shell lives on when the run is killed, so the policy file goes in any case.
 */
const script = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 755 $policy
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
`;

/** Whether missing programs may be installed here. HFIT_TEST_INSTALL=no forbids it. */
export const canInstall =
  isRoot &&
  process.env.HFIT_TEST_INSTALL !== 'no' &&
  existsSync('/etc/debian_version') &&
  findProgram('apt-get') !== undefined;

/** Installs packages of Debian or Ubuntu, saying so. Whether it worked is seen by looking. */
export function install(packages: readonly string[]): void {
  process.stderr.write(
    `hot-fixture: installing ${packages.join(', ')} with apt-get for the tests ` +
      '(HFIT_TEST_INSTALL=no forbids it)\n',
  );
  const { status, stdout, stderr } = spawnSync(
    'flock',
    ['/var/cache/apt', 'sh', '-ec', script, 'install', ...packages],
    { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  if (status === 0) return;
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-20).join('\n');
  process.stderr.write(`hot-fixture: apt-get failed\n${output}\n`);
}
