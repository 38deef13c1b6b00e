import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindMasker, type MaskDecision, parsePolicy, writtenAs } from '../src/index.js';
import { code, column, key, masking } from './facts.js';

/** The masker of a line of a policy. */
function json(line: string, facts: Parameters<typeof column>[0] = {}) {
  const policy = parsePolicy(`policyVersion: 1\ndatabases: { d: { t: { c: ${line} } } }`, 'p.yaml');
  const decision = policy.decide('d', ['t'], { name: 'c' }) as MaskDecision;
  return { decision, mask: bindMasker(decision, column({ kind: 'json', ...facts }), key) };
}
const masked = (line: string, text: string) => json(line).mask(text);
const paths = (lines: string, others = 'deny') =>
  `{ mask: json, paths: { ${lines} }, others: ${others} }`;

const person = `{"id": 12345678901234567890, "contact": {"email":"anna@real.example", "tel": "+49 30 1234567"},
  "items": [{"sku":"A-1","price":9.50},{"sku":"B-2","price":1e3}], "note":"call Anna", "vip": true, "none": null}`;

describe('each path has its own decision', () => {
  test('a masked text is masked as in a column', () => {
    const email = masking('email')('anna@real.example');
    expect(masked(paths('$.contact.email: email'), person)).toBe(
      `{"contact": {"email":${JSON.stringify(email)}}}`,
    );
  });

  test('what is kept stays to the letter', () => {
    expect(masked(paths('$: keep'), person)).toBe(person);
    expect(masked(paths('$.id: keep, "$.items[*].price": keep, $.none: keep'), person)).toBe(
      '{"id": 12345678901234567890,"items": [{"price":9.50},{"price":1e3}],"none": null}',
    );
    expect(masked(paths('"$.items[1]": keep'), person)).toBe(
      '{"items": [null,{"sku":"B-2","price":1e3}]}',
    );
  });

  test('what no path names is left out, or kept as the line says', () => {
    expect(masked(paths('$.nothing: keep'), person)).toBe('null');
    expect(masked(paths('$.contact: deny, $..sku: deny, $.note: deny', 'keep'), person)).toBe(
      '{"id": 12345678901234567890,"items": [{"price":9.50},{"price":1e3}],"vip": true,"none": null}',
    );
  });

  test('the strictest wins, also from above', () => {
    expect(masked(paths('$.contact: deny, $.contact.tel: keep', 'keep'), person)).not.toMatch(
      /tel/,
    );
    expect(masked(paths('$.contact: keep, $..tel: deny'), person)).toBe(
      '{"contact": {"email":"anna@real.example"}}',
    );
    expect(masked(paths('$.*: keep, $.note: hash'), person)).not.toMatch(/call Anna/);
  });

  test('a masker for an object masks each value in it; a null stays', () => {
    const named = paths('$: hash, $.contact.email: hash, $.none: keep');
    const all = JSON.parse(String(masked(named, person)));
    expect(all.contact.email).toBe(masking('hash')('anna@real.example'));
    expect(all.none).toBeNull();
    expect(JSON.stringify(all)).not.toMatch(/anna|Anna|1234567|"A-1"|true/);
  });

  const byPerson = '{"contact": {"ada@secret.example":{"since":2020},"b":[{"c d":null}]}, "n":1}';

  test('a null for an object takes it as a whole, with its keys', () => {
    expect(masked(paths('$.contact: "null"', 'keep'), byPerson)).toBe('{"contact": null,"n":1}');
    expect(masked(paths('$.contact: "null", $.contact.b: keep'), byPerson)).toBe(
      '{"contact": null}',
    );
    expect(masked(paths('$: "null"'), byPerson)).toBe('null');
  });

  test.each([
    ...['$.contact: hash', '$.contact: redact', '$.contact: { mask: constant, value: x }'],
    ...['$.contact.*: hash, $.contact.b: deny'],
  ])('keys below a mask are masked where no path names them: %s', (lines) => {
    const told = String(masked(paths(lines), byPerson));
    expect(told).not.toMatch(/ada|since|c d/);
    const { contact } = JSON.parse(told);
    expect(Object.keys(contact)[0]).toBe(masking('hash')('ada@secret.example'));
    expect(masked(paths(lines), byPerson)).toBe(told);
  });

  test('a key that a path names stays, and so does one on the way of a path', () => {
    const named = paths('$.contact: hash, $.contact.b: hash, $..since: hash');
    const { contact } = JSON.parse(String(masked(named, byPerson)));
    expect(Object.keys(contact)).toEqual([masking('hash')('ada@secret.example'), 'b']);
    expect(Object.keys(Object.values(contact)[0] as object)).toEqual(['since']);
    expect(masked(paths('$.contact.*.since: keep'), byPerson)).not.toMatch(/ada/);
    expect(masked(paths('$..since: keep'), byPerson)).toBe(
      '{"contact": {"ada@secret.example":{"since":2020}}}',
    );
    expect(masked(paths('$.contact: keep'), byPerson)).toMatch(/ada/);
  });

  test('numbers stay numbers where the masker makes some', () => {
    const all = JSON.parse(
      String(
        masked(
          paths('$.id: noise, $..price: noise, $.vip: { mask: constant, value: "no" }'),
          person,
        ),
      ),
    );
    expect([typeof all.id, typeof all.items[0].price, all.vip]).toEqual(['number', 'number', 'no']);
    expect(all.items[0].price).not.toBe(9.5);
  });

  test('keys that are spelled in a special way are found', () => {
    const text = '{"a b":1,"\\u0061":"x","p.q":2,"":3}';
    expect(masked(paths(`'$["a b"]': keep`), text)).toBe('{"a b":1}');
    expect(masked(paths('$.a: keep'), text)).toBe('{"\\u0061":"x"}');
    expect(masked(paths(`'$["p.q"]': keep, '$[""]': keep`), text)).toBe('{"p.q":2,"":3}');
  });
});

test('whatever the document, nothing comes out that a path does not let', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), (value, spaced) => {
      const text = JSON.stringify(
        { secret: value, open: value, list: [value, { secret: value }] },
        null,
        spaced ? 2 : 0,
      );
      expect(masked(paths('$: keep'), text)).toBe(text);
      const found = JSON.parse(String(masked(paths('$..secret: deny', 'keep'), text)));
      const without = (it: unknown): unknown => {
        if (Array.isArray(it)) return it.map(without);
        if (typeof it !== 'object' || it === null) return it;
        return Object.fromEntries(
          Object.entries(it).flatMap(([k, v]) => (k === 'secret' ? [] : [[k, without(v)]])),
        );
      };
      expect(found).toEqual(without(JSON.parse(text)));
      expect(masked(paths('$.nothing: keep'), text)).toBe('null');
    }),
  );
});

test('what is no document is not masked, and does not pass', () => {
  for (const text of ['', 'call Anna', '{"a":1', `${'['.repeat(1000)}1${']'.repeat(1000)}`]) {
    if (text !== '') expect(masked(paths('$: keep'), text)).toBeNull();
    const strict = json(paths('$: keep'), { nullable: false }).mask;
    if (text !== '') expect(() => strict(text)).toThrow(code('HFIT_MASKER_VALUE'));
  }
  expect(masked(paths('$: keep'), '7')).toBe('7');
});

test('a line is told as it is written, and read again', () => {
  const line = '{ mask: json, paths: { "$.a": { mask: phone }, "$.b": keep }, others: "keep" }';
  const { decision } = json(line);
  expect(decision.describe()).toBe('json (paths: $.a: phone; $.b: keep, others: keep)');
  expect(json(writtenAs(decision)).decision.describe()).toBe(decision.describe());
});

test.each([
  ['no path', paths('contact: keep'), 'HFIT_POLICY_OPTION_VALUE'],
  ['no masker', paths('$.a: emial'), 'HFIT_POLICY_MASKER'],
  ['no paths', 'json', 'HFIT_POLICY_OPTION_MISSING'],
])('%s is refused', (_, line, expected) => {
  expect(() => json(line)).toThrow(code(expected));
});

test('a masker that cannot serve is refused before a row is read', () => {
  expect(() => json(paths('$.a: { mask: personName, per: id }'))).toThrow(
    code('HFIT_MASKER_UNFIT'),
  );
});
