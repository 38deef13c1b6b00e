import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '../../packages/hfitd/src/config/file.js';
import { parsePolicy } from '../../packages/masking/src/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  volumes?: string[];
  secrets?: string[];
  depends_on?: Record<string, unknown> | string[];
  environment?: Record<string, string>;
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}

test('the examples of the configuration are such', () => {
  for (const file of ['deploy/compose.hfitd.yaml', 'deploy/hfitd.yaml']) {
    const text = read(file).replace('urlFile: shop.url', 'url: "sqlite:shop.db"');
    const { policy } = parseSettings(text, join(root, file));
    expect(policy).toBe(join(root, 'deploy/policy.yaml'));
  }
  parsePolicy(read('deploy/policy.yaml'), 'policy.yaml');
});

test('the compose file names what is there', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true }) as Compose;
  const { services, secrets, volumes } = compose;
  for (const service of Object.values(services)) {
    if (service.build) {
      expect(normalize(join('deploy', service.build.context))).toMatch(/^\.\/?$/);
      expect(existsSync(join(root, service.build.dockerfile))).toBe(true);
    }
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(join(root, 'deploy', from))).toBe(true);
      else expect(volumes).toHaveProperty([from]);
    }
    for (const secret of service.secrets ?? []) expect(secrets).toHaveProperty([secret]);
    for (const name of Object.keys(service.depends_on ?? {})) {
      if (!Array.isArray(service.depends_on)) expect(services).toHaveProperty([name]);
    }
    for (const value of Object.values(service.environment ?? {})) {
      const [, secret] = /^\/run\/secrets\/(.*)$/.exec(value) ?? [];
      if (secret) expect(service.secrets).toContain(secret);
    }
  }
  // docs/operate.md tells how each of them is made.
  for (const { file } of Object.values(secrets)) {
    expect(read('docs/operate.md')).toContain(`> ${normalize(join('deploy', file))}`);
  }
});

test('the image is made of what is there', () => {
  const copied = [...read('deploy/Dockerfile').matchAll(/^COPY (?!--)(.*) \S+$/gm)];
  for (const path of copied.flatMap(([, from = '']) => from.split(' '))) {
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  }
  expect(existsSync(join(root, 'packages/hfitd/bin/hfitd.js'))).toBe(true);
});

test('the page names files that are there', () => {
  const links = [...read('docs/operate.md').matchAll(/\]\(([^)]+)\)/g)];
  for (const [, link = ''] of links) {
    expect([link, existsSync(join(root, 'docs', link))]).toEqual([link, true]);
  }
  const pages = [...read('docs/security.md').matchAll(/`([\w/.-]+\.test\.ts)`/g)];
  for (const [, page = ''] of pages) {
    const path = page.includes('/') ? page : `packages/hfitd/test/${page}`;
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
  }
});

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!analyze)('systemd takes the unit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hfitd-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const unit = join(folder, 'hfitd.service');
  // What it starts is not on this machine.
  const text = read('deploy/hfitd.service').replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true');
  writeFileSync(unit, text);
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
    encoding: 'utf8',
  });
  expect(stderr.split('\n').filter((line) => line.includes('hfitd.service'))).toEqual([]);
  expect(dirname(unit)).toBe(folder);
});
