import { access } from './access.js';
import { anyfixture } from './anyfixture.js';
import { changes } from './changes.js';
import { client } from './client.js';
import { database } from './database.js';
import { extract } from './extract.js';
import { factory } from './factory.js';
import { fixpoint } from './fixpoint.js';
import { generator } from './generator.js';
import { hfit } from './hfit.js';
import { hfitd } from './hfitd.js';
import { hotFixture } from './hot-fixture.js';
import { jobs } from './jobs.js';
import { masking } from './masking.js';
import { operation } from './operation.js';
import { packages } from './packages.js';
import { reading } from './reading.js';
import { workers } from './workers.js';

/** The one table of codes. A room's codes stand in the file of its name. */
export const codes = {
  ...database,
  ...changes,
  ...generator,
  ...factory,
  ...fixpoint,
  ...anyfixture,
  ...workers,
  ...masking,
  ...extract,
  ...packages,
  ...hfitd,
  ...access,
  ...operation,
  ...reading,
  ...jobs,
  ...client,
  ...hfit,
  ...hotFixture,
} as const;

/** The same codes by the room that raises them, in the order of the docs. */
export const codesByRoom = {
  database,
  changes,
  generator,
  factory,
  fixpoint,
  anyfixture: { ...anyfixture, ...workers },
  masking,
  extract: { ...extract, ...packages },
  hfitd: { ...hfitd, ...access, ...operation, ...reading, ...jobs },
  client,
  hfit,
  'hot-fixture': hotFixture,
} as const;
