import { dumpBench } from './dump.js';
import { extractBench } from './extract.js';
import { factoryBench } from './factory.js';
import { fixpointBench } from './fixpoint.js';
import { generatorBench } from './generator.js';
import { maskersBench } from './maskers.js';
import { packageBench } from './package.js';
import { type Bench, printReport } from './report.js';
import { rewindBench } from './rewind.js';
import { serverBench } from './server.js';
import { snapshotBench } from './snapshot.js';
import { suiteBench } from './suite.js';

const benches: Record<string, Bench> = {
  dump: dumpBench,
  extract: extractBench,
  factory: factoryBench,
  fixpoint: fixpointBench,
  generate: generatorBench,
  maskers: maskersBench,
  package: packageBench,
  rewind: rewindBench,
  server: serverBench,
  snapshot: snapshotBench,
  suite: suiteBench,
};

const words = process.argv.slice(2);
const [name = '', only] = words.filter((word) => !word.startsWith('-'));
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  for await (const report of bench(only)) printReport(name, report, words.includes('--json'));
} else {
  process.stderr.write('usage: npm run bench -- NAME [DIALECT] [--json]\n');
  process.stderr.write(`names: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
}
