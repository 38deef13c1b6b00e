import fc from 'fast-check';
import { expect, test } from 'vitest';
import { code, masking } from './facts.js';

const redact = (options = {}, facts = {}) => masking('redact', facts, options);
const note =
  'Asked twice; write to anna.schmidt@real.example or call +49 30 12345678, card 4111 1111 1111 1111.';

test('what is personal gives way to a word for it, and the rest stays', () => {
  const masked = redact()(note);
  expect(masked).toBe('Asked twice; write to [email] or call [phone], card [card].');
});

test('or to as many stars', () => {
  const masked = String(redact({ with: 'stars' })(note));
  expect(masked).toHaveLength(note.length);
  expect(masked).toMatch(/^Asked twice; write to \*{25} or call \*+, card \*+\.$/);
});

test('or to the mask that it has in a column', () => {
  const masked = redact({ with: 'mask' })(note);
  expect(masked).toContain(String(masking('email')('anna.schmidt@real.example')));
  expect(masked).toContain('[card]');
  expect(masked).not.toMatch(/real\.example|12345678|4111/);
});

test('a text without such things stays as it is, and any text fits its column', () => {
  expect(redact()('Asked twice')).toBe('Asked twice');
  const text = fc.array(fc.constantFrom('a@b.example', '+49 30 1234567', 'so', '10.0.0.1'), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const note = parts.join('; ');
      const masked = String(
        redact({ with: 'mask' }, { maxLength: Math.max(1, note.length) })(note),
      );
      expect(masked.length).toBeLessThanOrEqual(note.length);
      expect(masked).not.toMatch(/a@b|1234567/);
    }),
    { numRuns: 40 },
  );
});

test('it serves texts that need not be unique', () => {
  expect(() => redact({}, { unique: true })).toThrow(code('HFIT_MASKER_UNFIT'));
  expect(redact()(new Uint8Array([65]))).toBeNull();
});
