import { performance } from 'node:perf_hooks';
import { faker } from '@faker-js/faker';
import { Generator, type ValueAt } from '@hot-fixture/generator';
import type { Report } from './report.js';

const seed = 42;
const rounds = 12;
const roundMilliseconds = 40;

interface Subject {
  readonly name: string;
  readonly ours: ValueAt<unknown>;
  readonly theirs: () => unknown;
}

/** Values a second of each type, beside the call of faker that comes nearest to it. */
export async function* generatorBench(): AsyncGenerator<Report> {
  faker.seed(seed);
  const rows: (string | number)[][] = [];
  const figures: Record<string, number> = {};
  for (const { name, ours, theirs } of subjects(new Generator({ seed }))) {
    const [mine, other] = inTurns(ours, theirs);
    rows.push([name, Math.round(mine), Math.round(other), (mine / other).toFixed(2)]);
    if (name === pair) figures.names_vs_faker = mine / other;
  }
  const head = ['type', 'ours /s', "faker's /s", 'ratio'];
  yield { title: `values a second, ${rounds} rounds in turns`, head, rows, figures };
}

const pair = 'name and e-mail of one person';

function subjects(generator: Generator): Subject[] {
  const at = (attribute: string, spec: Parameters<typeof generator.generate>[0]) =>
    generator.attribute('bench', attribute, spec as 'name');
  const name = at('name', 'name');
  const email = at('email', 'email');
  const unique = generator.attribute('bench', 'email', { type: 'email', unique: true });
  const { person, internet, location, string, number, date, datatype, lorem } = faker;
  return [
    {
      name: pair,
      ours: (row) => [name(row), email(row)],
      theirs() {
        const firstName = person.firstName();
        const lastName = person.lastName();
        return [`${firstName} ${lastName}`, internet.email({ firstName, lastName })];
      },
    },
    { name: 'name', ours: name, theirs: () => person.fullName() },
    {
      name: 'name of its parts',
      ours: name,
      theirs: () => `${person.firstName()} ${person.lastName()}`,
    },
    { name: 'email', ours: unique, theirs: () => internet.email() },
    { name: 'phone', ours: at('phone', 'phone'), theirs: () => faker.phone.number() },
    {
      name: 'address',
      ours: at('address', 'address'),
      theirs: () => `${location.streetAddress()}, ${location.city()} ${location.zipCode()}`,
    },
    { name: 'company', ours: at('company', 'company'), theirs: () => faker.company.name() },
    { name: 'url', ours: at('url', 'url'), theirs: () => internet.url() },
    { name: 'string', ours: at('string', 'string'), theirs: () => string.alphanumeric(12) },
    { name: 'text', ours: at('text', 'text'), theirs: () => lorem.sentence() },
    { name: 'ipAddress', ours: at('ip', 'ipAddress'), theirs: () => internet.ipv4() },
    { name: 'macAddress', ours: at('mac', 'macAddress'), theirs: () => internet.mac() },
    { name: 'uuid', ours: at('uuid', 'uuid'), theirs: () => string.uuid() },
    { name: 'integer', ours: at('integer', 'integer'), theirs: () => number.int(2 ** 31 - 1) },
    { name: 'decimal', ours: at('decimal', 'decimal'), theirs: () => faker.finance.amount() },
    { name: 'boolean', ours: at('boolean', 'boolean'), theirs: () => datatype.boolean() },
    {
      name: 'date',
      ours: at('date', 'date'),
      theirs: () => date.past({ years: 6 }).toISOString().slice(0, 10),
    },
    { name: 'datetime', ours: at('datetime', 'datetime'), theirs: () => date.past({ years: 6 }) },
    {
      name: 'json',
      ours: at('json', 'json'),
      theirs: () => ({ id: string.uuid(), label: lorem.words(2), active: datatype.boolean() }),
    },
  ];
}

/** In turns, so that what else the machine does falls on both. The first round warms up. */
function inTurns(ours: ValueAt<unknown>, theirs: () => unknown): readonly [number, number] {
  const counts = [0, 0];
  const times = [0, 0];
  let row = 0;
  const makers = [() => ours(row++), theirs];
  for (let round = 0; round <= rounds; round++) {
    for (const [who, make] of makers.entries()) {
      const began = performance.now();
      let count = 0;
      while (performance.now() - began < roundMilliseconds) {
        for (let i = 0; i < 200; i++) make();
        count += 200;
      }
      if (round === 0) continue;
      counts[who]! += count;
      times[who]! += performance.now() - began;
    }
  }
  return [(counts[0]! / times[0]!) * 1000, (counts[1]! / times[1]!) * 1000];
}
