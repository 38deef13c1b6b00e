import { type ChangeSet, writeSql } from '@hot-fixture/changes';
import { HfitError } from '@hot-fixture/errors';
import { type Made, obtain } from '../build.js';
import { chain, type Part } from '../parts.js';
import { digestOfChanges, digestOfFixture } from './digest.js';
import { type DumpHead, type KeptFixture, readDump } from './file.js';
import { betweenHooks, type DumpJob, hasHooks } from './job.js';
import { runScript } from './program.js';
import { restoreValue } from './value.js';
import { digestOfFiles, watchedFiles } from './watch.js';

/** Either what was made, or why not; neither where there is no file. */
export interface Loaded {
  readonly made?: Made;
  /** Which file does not fit. */
  readonly refused?: string;
  readonly reason?: string;
}

/**
 * Loads a dump in place of running its block. One that does not fit what the database holds changes
 * nothing.
 * @param refused a file that is known not to fit
 */
export async function loadDump(job: DumpJob, refused?: string): Promise<Loaded> {
  const { frame, tracking } = job;
  const read = await readWhole(job.dump.file).catch((error) => new Error(error));
  if (read === null) return {};
  if (read instanceof Error) return { refused: 'damaged', reason: 'its file is damaged' };
  const { head, parts } = read;
  const stamp = `${head.made} ${head.run}`;
  const no = (reason: string): Loaded => ({ refused: stamp, reason });
  if (stamp === refused) return no('it does not fit');
  const reason = await misfit(job, head);
  if (reason !== null) return no(reason);
  const before = hasHooks(job) ? `${frame.start}-load` : null;
  if (before !== null) {
    await frame.cut(tracking);
    await tracking.checkpoint(before);
  }
  const met: { conflict?: HfitError } = {};
  try {
    const made = await betweenHooks(job, true, () =>
      put(job, head, parts).catch((error) => {
        if (isConflict(error)) met.conflict = error;
        throw error;
      }),
    );
    return { made };
  } catch (error) {
    if (!met.conflict || error !== met.conflict) throw error;
    // What the hooks did comes again with the block.
    if (before !== null && !frame.restarted) {
      await tracking.rewind(before);
      frame.border = before;
    }
    return no(met.conflict.what);
  }
}

const conflicts = new Set(['HFIT_CHANGES_CONFLICT', 'HFIT_CHANGES_SCHEMA', 'HFIT_TRIGGERS_FIRE']);
const isConflict = (error: unknown): error is HfitError =>
  error instanceof HfitError && conflicts.has(error.code);

/** Values, too: those that another version of Node has written may be beyond this one. */
async function readWhole(file: string) {
  const read = await readDump(file);
  for (const { value } of read?.head.fixtures ?? []) if (value) restoreValue(value);
  if (read?.head.fixtures.length === 0) throw new Error('it keeps no fixture');
  return read;
}

/** Why a dump cannot be what its block would give now; null where it can. */
async function misfit(job: DumpJob, head: DumpHead): Promise<string | null> {
  const { core, root, dump, options } = job;
  const { scope } = core;
  const files = await watchedFiles(dump.name, root, [], head.sources.patterns);
  if ((await digestOfFiles(root, files)) !== head.sources.digest) {
    return 'a file that fixtures within it were made from has changed';
  }
  if (head.fixtures.at(-1)?.value === null && !options.find) return 'it keeps no value';
  for (const { name } of head.fixtures.slice(0, -1)) {
    const entry = scope.entries.get(name);
    if (entry?.away) scope.forget(new Set([name]));
    else if (entry) return `the fixture "${name}" within it is built already`;
  }
  for (const [name, digest] of Object.entries(head.uses)) {
    const recipe = core.defined.get(name);
    if (recipe) await obtain(core, name, recipe);
    else if (!scope.entries.has(name)) return `it uses the fixture "${name}", which is not built`;
    if (digestOfFixture(job, name) !== digest) {
      return `it uses the fixture "${name}", which is not what it was`;
    }
  }
  return null;
}

async function put(job: DumpJob, head: DumpHead, parts: readonly Part[]): Promise<Made> {
  const { frame, tracking, options } = job;
  const more = hasHooks(job) || head.statements.length > 0;
  if (hasHooks(job)) await frame.cut(tracking);
  const changes = parts.map((part) => part.changes);
  const by = await bring(job, chain(tracking.dialect, changes));
  frame.parts.push(...parts);
  if (more) await frame.beginPart(tracking);
  for (const statement of head.statements) await tracking.run(statement);
  frame.statements.push(...head.statements);
  for (const inner of head.fixtures.slice(0, -1)) addEntry(job, inner);
  const own = head.fixtures.at(-1) as KeptFixture;
  for (const name of own.uses) frame.uses.add(name);
  for (const source of head.sources.patterns) frame.sources.add(source);
  const value = options.find ? await options.find() : restoreValue(own.value ?? { nothing: true });
  return { value, blockCost: head.cost, how: `loaded from its dump${by}`, isKnown: !more };
}

function addEntry({ core, frame }: DumpJob, { name, value, cost, uses, keep }: KeptFixture): void {
  const entry = {
    name,
    value: value === null ? undefined : restoreValue(value),
    cost,
    uses: new Set(uses),
    keep,
    within: frame,
    away: false,
    findable: value === null,
    unknown: value === null,
  };
  core.scope.entries.set(name, entry);
  frame.built.push(entry);
}

/** Gives back by what, where that was not the driver. */
async function bring(job: DumpJob, all: ChangeSet): Promise<string> {
  const { frame, tracking, settings } = job;
  const { database } = tracking;
  const url = settings.programUrl;
  const program = url === undefined ? null : database.dialect.clientProgram?.(url);
  if (program) {
    // Sequences are put by the driver, which looks where they are.
    const rows = { ...all, sequences: [] };
    const failure = await runScript(program, writeSql(rows, tracking.schema));
    if (failure === null) {
      const done = { ...(await tracking.changes(frame.border)), sequences: [] };
      if (digestOfChanges(done) === digestOfChanges(rows)) {
        await tracking.bring({ ...all, tables: [] });
        return ' by the client program';
      }
      // Triggers of users have fired, or a row that was to change was not there.
      await tracking.rewind(frame.border);
    }
  }
  await tracking.bring(all);
  return '';
}
