import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyColumn, parsePolicy, type Value } from '../src/index.js';
import { masking } from './facts.js';

const classify = (
  name: string,
  table: string,
  samples: readonly Value[],
  kind = 'text',
  nullable = true,
) => classifyColumn({ name, table, type: kind, samples, facts: { kind, nullable } });

const many = (count: number, value: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => value(i));

describe('by its name', () => {
  test.for([
    ['email', 'users', 'email', 'email'],
    ['EMailAddress', 'Users', 'email', 'email'],
    ['telefonnummer_mobile', 'kunden', 'phone', 'phone'],
    ['CustomerFirstName', 't', 'given-name', '{ mask: personName, part: "given" }'],
    ['nachname', 'kunde', 'family-name', '{ mask: personName, part: "family" }'],
    ['имя', 'клиенты', 'given-name', '{ mask: personName, part: "given" }'],
    ['郵便番号', '顧客', 'postcode', '{ mask: address, part: "postcode" }'],
    ['name', 'customers', 'person-name', 'personName'],
    ['tax_id', 'people', 'national-id', 'format'],
    ['api_key', 'apps', 'secret', '"null"'],
    ['billing_city', 'bills', 'city', '{ mask: address, part: "city" }'],
    ['gender', 'people', 'sensitive', '"null"'],
  ])('%s of %s', ([name, table, kind, proposal]) => {
    expect(classify(name!, table!, [])).toMatchObject({ kind, proposal });
  });

  test.for([
    ['name', 'products'],
    ['city', 'city'],
    ['email_verified_at', 'users'],
    ['phone_type', 'users'],
    ['address_id', 'users'],
    ['is_author', 'users'],
    ['status', 'users'],
    ['title', 'film'],
  ])('nothing: %s of %s', ([name, table]) => {
    expect(classify(name!, table!, [])).toMatchObject({ kind: null, proposal: 'deny' });
  });

  test('a type that cannot hold what the name says takes its word away', () => {
    expect(classify('email', 'users', [], 'boolean')).toMatchObject({
      kind: null,
      proposal: 'keep',
    });
    expect(classify('last_login', 'users', [], 'timestamp').kind).toBe(null);
    expect(classify('birth_date', 'users', [], 'date').proposal).toMatch(/dateShift/);
  });
});

describe('by its values', () => {
  test('most of which are one thing', () => {
    const emails = many(9, (i) => `a${i}@example.com`);
    expect(classify('x', 't', [...emails, 'nobody', null])).toMatchObject({
      kind: 'email',
      confidence: 0.9,
      evidence: '9 of 10 different values: an e-mail address: a name, @ and a domain',
    });
    expect(classify('email', 't', emails).confidence).toBeGreaterThan(0.95);
  });

  test('in which somebody is told of here and there', () => {
    const texts = ['all well', 'call me: +49 30 1234567', 'or mail ann@example.com', ''];
    expect(classify('x', 't', texts)).toMatchObject({
      kind: 'free-text',
      evidence: expect.stringMatching(
        /^of 3 different values: phone number in 1, e-mail address in 1; what redact does not/,
      ),
      proposal: 'redact',
    });
    expect(classify('note', 'orders', ['nothing', 'in it']).proposal).toBe('deny');
  });

  test('names that are known, in Latin, Cyrillic and Japanese', () => {
    for (const names of ['MARY LINDA JOHN ROBERT SUSAN', 'Анна Иван Ольга Сергей Мария']) {
      expect(classify('x', 't', names.split(' ')).kind).toBe('given-name');
    }
    expect(classify('x', 't', ['佐藤', '鈴木', '高橋', '田中', '渡辺']).kind).toBe('family-name');
    expect(classify('x', 't', ['red', 'green', 'blue', 'cyan', 'Rose']).kind).toBe(null);
  });

  test('numbers that all pass one rule, where each alone might be chance', () => {
    const bsn = many(2_000, (i) => String(123_000_000 + i)).filter(isBsn);
    expect(classify('nr', 't', bsn, 'integer')).toMatchObject({
      kind: 'national-id',
      proposal: 'integer',
    });
    expect(
      classify(
        'nr',
        't',
        many(100, (i) => String(123_000_000 + i)),
        'integer',
      ),
    ).toMatchObject({
      kind: null,
      proposal: 'keep',
    });
  });

  test('of JSON by its paths, which hold no value', () => {
    const documents = many(4, (i) =>
      JSON.stringify({
        who: { mail: `a${i}@example.com`, age: i },
        seen: [{ ip: `203.0.113.${i + 1}` }],
        [`only${i}`]: 'planted',
      }),
    );
    expect(classify('data', 'events', documents, 'json')).toMatchObject({
      kind: 'document',
      evidence:
        'JSON with personal data at $.who.mail (e-mail address), $.seen[*].ip (IP address); left out: $.*',
      proposal:
        '{ mask: json, paths: { "$.who.mail": email, "$.who.age": keep, "$.seen[*].ip": hash } }',
    });
    const keyed = many(3, (i) => JSON.stringify({ [`a${i}@example.com`]: 1 }));
    const { kind, evidence, proposal } = classify('data', 'events', keyed, 'json');
    expect(kind).toBe('document');
    expect(evidence).not.toContain('example');
    expect(proposal).toBe('deny');
  });

  test.each([
    'SECRET-Ada Lovelace',
    'Mary_Johnson',
    'anna@real.example',
    'customer-100234',
    `t${'o'.repeat(40)}`,
  ])('of JSON, and tells no key that may be a value: %s', (key) => {
    const documents = many(4, (i) => JSON.stringify({ [key]: `secret${i}`, size: i }));
    const { evidence, proposal } = classify('data', 'events', documents, 'json');
    expect(evidence + proposal).not.toContain(key);
    expect(proposal).toContain('"$.size": keep');
  });

  test('of JSON: what is proposed leaves numbers and truths, and nothing that was found', () => {
    const documents = many(5, (i) =>
      JSON.stringify({
        ...{ email: `planted${i}@example.com`, phone_number: `+49 30 1234${i}67`, theme: 'dark' },
        ...{ size: i, wide: true, note: 'planted', lines: [{ sku: 'planted', price: 1.5 }] },
        ...{
          about: `call planted${i}@example.com about the order`,
          mixed: i < 2 ? 1 : { planted: 'planted' },
        },
        ...{ byName: { [`planted${i}`]: 3 } },
      }),
    );
    const it = classify('data', 'events', documents, 'json');
    expect(it.evidence).toMatch(/left out: .*\$\.theme/);
    const masks = maskedBy(it.proposal, documents);
    expect(masks.join()).not.toMatch(/planted|dark|1234/);
    expect(JSON.parse(masks[0]!)).toEqual({
      email: expect.stringMatching(/@example\./),
      ...{ phone_number: expect.stringMatching(/^\+49/), size: 0, wide: true },
      ...{ lines: [{ price: 1.5 }], about: 'call [email] about the order' },
    });
    expect(classify('data', 'events', documents.slice(0, 2), 'json').proposal).toBe('deny');
    expect(
      classifyColumn({
        ...{ name: 'data', table: 'events', type: 'text', samples: documents },
        facts: { unique: true },
      }).proposal,
    ).toBe('deny');
  });
});

/** Masks texts by what stands behind a column in a policy. */
function maskedBy(proposal: string, texts: readonly string[]) {
  const policy = parsePolicy(`{policyVersion: 1, databases: {d: {t: {c: ${proposal}}}}}`);
  const decision = policy.decide('d', ['t'], { name: 'c' });
  if (decision.kind !== 'mask') throw new Error(proposal);
  const mask = masking(decision.masker, { kind: 'json' }, decision.options);
  return texts.map((text) => String(mask(text)));
}

test('a proposal fits the column', () => {
  const of = (facts: object) =>
    classifyColumn({ name: 'email', table: 'users', type: 'text', samples: [], facts }).proposal;
  expect(of({ unique: true })).toBe('email');
  expect(of({ unique: true, maxLength: 20 })).toBe('hash');
  expect(of({ unique: true, maxLength: 10, nullable: false })).toBe('format');
  expect(classify('picture', 'staff', [], 'binary', true).proposal).toBe('"null"');
  expect(classify('picture', 'staff', [], 'binary', false).proposal).toBe('deny');
  expect(classify('updated_at', 'staff', [], 'timestamp').proposal).toBe('keep');
});

test('no value is in the evidence', () => {
  const secret = fc
    .tuple(fc.constantFrom('x', '@', '{"', '+49 ', 'Mr ', '4111 '), fc.uuid())
    .map(([head, id]) => `${head}${id}`);
  const property = fc.property(
    fc.array(
      fc.oneof(
        secret,
        secret.map((it) => JSON.stringify({ [it]: [it] })),
      ),
      { maxLength: 9 },
    ),
    (samples) => {
      const { evidence, proposal } = classify('notes', 'users', samples);
      for (const uuid of samples.join().match(/[\da-f]{8}(?=-)/g) ?? []) {
        expect(evidence + proposal).not.toContain(uuid);
      }
    },
  );
  fc.assert(property, { numRuns: Number(process.env.HFIT_RUNS ?? 30) });
});

function isBsn(text: string): boolean {
  const sum = [...text].reduce(
    (total, digit, i) => total + Number(digit) * (i === 8 ? -1 : 9 - i),
    0,
  );
  return sum % 11 === 0;
}
