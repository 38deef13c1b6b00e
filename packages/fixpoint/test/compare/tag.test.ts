import { describe, expect, it } from 'vitest';
import { any, near, pattern } from '../../src/compare/rules.js';
import { readTag } from '../../src/compare/tag.js';

describe('a tag in a file', () => {
  it.each([
    ['!any', '', any(), null],
    ['any', 'timestamp', any('timestamp'), null],
    ['!pattern', '[0-9a-f]{2}', pattern(/[0-9a-f]{2}/u), null],
    ['!near', '5s', near({ seconds: 5, of: 'now' }), null],
    ['!near', '2 minutes', near({ seconds: 120, of: 'now' }), null],
    ['!near', '1.5h', near({ seconds: 5400, of: 'now' }), null],
    ['!near', '5s 2026-11-21 10:00:00', near({ seconds: 5 }), '2026-11-21 10:00:00'],
    ['!near', '0.01 12.50', near({ by: 0.01 }), '12.50'],
  ])('%s %s is a rule', (tag, text, rule, stored) => {
    expect(readTag(tag, text)).toEqual({ rule, stored });
  });

  it.each([
    ['!any', 'tmestamp', /"tmestamp" is no kind of value; kinds are text,/],
    ['!pattern', '(', /the pattern cannot be read/],
    ['!near', '5', /wants the number too/],
    ['!near', '5 parsecs', /wants a distance/],
    ['!near', 'soon', /wants a distance/],
    ['!far', '5s', /the tag !far is not known/],
  ])('%s %s cannot be read, and it says why', (tag, text, reason) => {
    expect(readTag(tag, text)).toMatch(reason);
  });
});
