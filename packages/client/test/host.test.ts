import { expect, test } from 'vitest';
import { isOpenToOthers, parseHost } from '../src/host.js';

test.each([
  ['hfit.example.com', 'https://hfit.example.com'],
  ['hfit.example.com:8443/', 'https://hfit.example.com:8443'],
  ['localhost:8080', 'http://localhost:8080'],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['[::1]:8080', 'http://[::1]:8080'],
  ['https://example.com/hfit/', 'https://example.com/hfit'],
  ['http://10.0.0.7:80', 'http://10.0.0.7'],
  ['localhost.example.com', 'https://localhost.example.com'],
])('reads %s as %s', (host, full) => {
  expect(parseHost(host)).toBe(full);
  expect(parseHost(full)).toBe(full);
});

test.each(['', 'a b', 'ftp://example.com', 'https://example.com/?x=1', 'http://'])(
  'refuses "%s"',
  (host) => {
    expect(() => parseHost(host)).toThrow(expect.objectContaining({ code: 'HFIT_HOST_INVALID' }));
  },
);

test('does not repeat a password that was typed by mistake', () => {
  expect(() => parseHost('https://ann:hunter2@example.com')).toThrow(
    expect.objectContaining({
      code: 'HFIT_HOST_INVALID',
      what: expect.not.stringMatching(/hunter2/),
    }),
  );
});

test('tells which addresses others on the way can listen to', () => {
  expect(isOpenToOthers('http://example.com')).toBe(true);
  expect(isOpenToOthers('http://localhost:8080')).toBe(false);
  expect(isOpenToOthers('example.com')).toBe(false);
});
