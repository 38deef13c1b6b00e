import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands, commonOptions, groups } from '../src/commands.js';
import { placesOf } from '../src/completion/place.js';
import { shells } from '../src/completion/shells.js';

const places = placesOf(commands, groups, commonOptions);

/** Asks a real shell what it would offer behind the words, of which the last is being typed. */
const asking = {
  bash: (words: string[]) => [
    '-c',
    `${shells.bash(places)}
     COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _hfit; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ...['bash', ...words],
  ],
  zsh: (typed: string[]) => [
    ...['-f', '-c'],
    `compdef() { }
     ${shells.zsh(places).replace('_describe hfit found', 'print -l -- "${found[@]%%:*}"')}
     words=("$@") CURRENT=$#; _hfit`,
    ...['zsh', ...typed],
  ],
  fish: (words: string[]) => [
    ...['--no-config', '-c'],
    `${shells.fish(places)}\ncomplete -C '${words.join(' ')}' | string replace -r '\\t.*' ''`,
  ],
};

describe.each(Object.keys(asking) as (keyof typeof asking)[])('completion for %s', (shell) => {
  const missing = spawnSync(shell, ['-c', 'exit 0']).error !== undefined;
  if (missing) console.warn(`skipped: there is no ${shell} here`);
  const offered = (line: string) => {
    const { stdout, stderr } = spawnSync(shell, asking[shell](line.split(' ')), {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  };

  it.skipIf(missing)('offers commands, those of a group, options and their values', () => {
    const first = new Set(commands.map(({ path }) => path.split(' ')[0]));
    expect(offered('hfit ')).toEqual(expect.arrayContaining([...first]));
    const ofFixpoint = commands.filter(({ path }) => path.startsWith('fixpoint '));
    const names = ofFixpoint.map(({ path }) => path.slice('fixpoint '.length));
    expect(offered('hfit fixpoint ')).toEqual(expect.arrayContaining(names));
    expect(offered('hfit fixpoint store --d')).toContain('--database');
    expect(offered('hfit extract daily.yaml --format ')).toEqual(['package', 'sql']);
  });
});
