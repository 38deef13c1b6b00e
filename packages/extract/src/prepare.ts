import { findColumn, type Row, type Variables } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Policy } from '@hot-fixture/masking';
import { RE2JS } from 're2js';
import { assertKept, assertMayFilter, classify, orderIsKept } from './classify.js';
import { placed } from './placed.js';
import { type OpenSources, tableOf } from './source.js';
import type { PrepareStep } from './template/model.js';
import { findFiles } from './volume.js';

/**
 * Runs the prepare steps in their order; each sees what the earlier ones set.
 * @param parameters the parameters, by name and by position
 * @param signal ends it between two steps
 * @returns the parameters and what the steps set
 * @throws HFIT_PREPARE_EMPTY, HFIT_POLICY_FILTER, and what reading a source throws
 */
export async function prepare(
  steps: readonly PrepareStep[],
  parameters: Variables,
  sources: OpenSources,
  policy: Policy,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = { ...parameters };
  for (const step of steps) {
    signal?.throwIfAborted();
    const value = await run(step, variables, sources, policy);
    if (value !== null) variables[step.variable] = value;
  }
  return variables;
}

async function run(
  step: PrepareStep,
  variables: Variables,
  sources: OpenSources,
  policy: Policy,
): Promise<string | null> {
  switch (step.from) {
    case 'parameter':
      return variables[step.parameter] ?? null;
    case 'query':
      return runQuery(step, variables, sources, policy);
    case 'volume':
      return runVolume(step, variables, sources, policy);
  }
}

/** A value that a query finds may only be one that the policy keeps: it goes into the package. */
async function runQuery(
  step: Extract<PrepareStep, { from: 'query' }>,
  variables: Variables,
  sources: OpenSources,
  policy: Policy,
): Promise<string> {
  const { query, where } = step;
  const source = await sources.database(step.source, where);
  const table = tableOf(source, query.table, where);
  const classified = classify(source, table, policy);
  placed(where, () => {
    assertKept(classified, query.columns);
    assertMayFilter(classified, query.filter);
  });
  const columns = query.columns.map((name) => findColumn(table, name));
  let first: Row | undefined;
  try {
    for await (const [row] of source.snapshot.rows({
      table,
      columns,
      filter: query.filter,
      variables,
      inKeyOrder: orderIsKept(classified),
    })) {
      first = row;
      break;
    }
  } catch (error) {
    throw error instanceof HfitError ? error.at(where) : error;
  }
  const value = first?.[0];
  if (value === undefined || value === null || value instanceof Uint8Array) {
    throw nothing(step, `${source.name}, table ${query.table},`);
  }
  return String(value);
}

async function runVolume(
  step: Extract<PrepareStep, { from: 'volume' }>,
  variables: Variables,
  sources: OpenSources,
  policy: Policy,
): Promise<string> {
  const volume = sources.volume(step.volume, step.where);
  const files = await findFiles(volume.folder, step.glob, variables, step.sort);
  // What is denied is as if it were not there: not even its name is told.
  const first = files.find(({ path }) => policy.decideFile(volume.name, path) !== 'deny');
  if (!first) throw nothing(step, `volume ${volume.name}`);
  const name = first.path.split('/').at(-1) as string;
  if (!step.replace) return name;
  return RE2JS.compile(step.replace.pattern).matcher(name).replaceAll(step.replace.by);
}

function nothing(step: PrepareStep, source: string): HfitError {
  const values = { variable: step.variable, source };
  return new HfitError('HFIT_PREPARE_EMPTY', values, { where: step.where });
}
