import { performance } from 'node:perf_hooks';
import { bindMasker, type MaskerChoice, type Value } from '@hot-fixture/masking';
import type { Report } from './report.js';

const rounds = 3;
const roundMilliseconds = 250;
const count = 4096;

const key = new Uint8Array(32).fill(0x5a);
const table = [{ name: 'id', kind: 'integer' }];

interface Subject {
  readonly masker: string;
  readonly options?: MaskerChoice['options'];
  readonly kind?: string;
  readonly type?: string;
  readonly value: (i: number) => Value;
}

const email = (i: number) => `anna.schmidt${i}@mail.example`;
const note = (i: number) =>
  `Order ${i} came late. She asks to be called at +49 30 ${1_000_000 + i}, or mail to ${email(i)}.`;
const document = (i: number) =>
  `{"id":${i},"contact":{"email":"${email(i)}","name":"Anna Schmidt"},"items":[{"sku":"A-1","price":9.5}]}`;

const subjects: readonly Subject[] = [
  { masker: 'hash', value: email },
  { masker: 'hash', kind: 'integer', value: (i) => 1000 + i },
  { masker: 'integer', kind: 'integer', type: 'integer', value: (i) => 1000 + i },
  { masker: 'integer', kind: 'integer', type: 'bigint', value: (i) => 10_000_000 + i },
  { masker: 'format', value: (i) => `AB-${1000 + i}` },
  { masker: 'format', value: (i) => String(4_111_111_111_110_000n + BigInt(i)) },
  { masker: 'format', value: (i) => `customer-${String(i).padStart(16, '0')}` },
  { masker: 'email', value: email },
  { masker: 'email', options: { per: 'id' }, value: email },
  { masker: 'personName', value: (i) => `Anna Schmidt ${i}` },
  { masker: 'phone', value: (i) => `+49 30 ${1_000_000 + i}` },
  { masker: 'address', options: { part: 'full' }, value: (i) => `Main St ${i}, 10115 Berlin` },
  { masker: 'dateShift', kind: 'date', value: (i) => `${1950 + (i % 70)}-02-${10 + (i % 19)}` },
  { masker: 'noise', kind: 'decimal', type: 'numeric(9,2)', value: (i) => `${i}.99` },
  { masker: 'redact', value: note },
  {
    masker: 'json',
    options: {
      paths: {
        '$.id': { kind: 'keep' },
        '$.contact.email': mask('email'),
        '$.contact.name': mask('personName'),
      },
    },
    kind: 'json',
    value: document,
  },
  { masker: 'null', value: email },
  { masker: 'constant', options: { value: 'x' }, value: email },
];

/** Values of each masker in a second of one core. */
export async function* maskersBench(): AsyncGenerator<Report> {
  const rows: (string | number)[][] = [];
  const figures: Record<string, number> = {};
  for (const subject of subjects) {
    const speed = Math.round(measure(subject));
    const { masker, options = {} } = subject;
    const given = Object.keys(options).filter((name) => name !== 'paths');
    const named = given.map((name) => `${name}: ${options[name]}`).join(', ');
    const example = String(subject.value(7));
    rows.push([masker, named, example.length > 40 ? `${example.slice(0, 37)}...` : example, speed]);
    figures[figures[masker] === undefined ? masker : `${masker}_${rows.length}`] = speed;
  }
  const head = ['masker', 'options', 'such as', 'values /s'];
  const title = `values in a second of one core, the best of ${rounds} rounds`;
  yield { title, head, rows, figures };
}

function mask(masker: string) {
  return { kind: 'mask', masker, options: {}, describe: () => masker } as const;
}

function measure({ masker, options = {}, kind = 'text', type = kind, value }: Subject): number {
  const facts = { name: 'c', type, kind, nullable: true, unique: false, maxLength: null };
  const bound = bindMasker({ masker, options }, facts, key, table);
  const values = Array.from({ length: count }, (_, i) => value(i));
  const ids = values.map((_, i) => [i]);
  let best = 0;
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    const before = process.cpuUsage();
    let done = 0;
    while (performance.now() - began < roundMilliseconds) {
      for (let i = 0; i < count; i += 8) bound(values[i]!, ids[i]);
      done += count / 8;
    }
    // What else runs on the machine does not count.
    const { user, system } = process.cpuUsage(before);
    const speed = (done / (user + system)) * 1_000_000;
    if (round > 0) best = Math.max(best, speed);
  }
  return best;
}
