import { HfitError } from '@hot-fixture/errors';
import type { Chain } from './chain/chain.js';
import type { TaggedValue } from './compare/rules.js';
import type { Reservation, Stored } from './files/folder.js';
import type { FixpointFile } from './files/model.js';
import { type Ground, last } from './ground.js';
import { wholeOf } from './state/compare-rows.js';
import {
  type Exclusion,
  excludedNames,
  exclusionOf,
  type Scope,
  tableNamed,
  withCurrent,
} from './state/scope.js';
import { assertSameTables } from './state/stored.js';
import { fileOf } from './state/to-file.js';

export interface Wanted {
  readonly name: string;
  /** What it is built on; null where all rows are stored. */
  readonly parent: Chain | null;
  readonly exclude: Exclusion;
}

interface Read {
  readonly file: FixpointFile;
  readonly scope: Scope;
}

/** Writes the state of the database under a name that is reserved, and notes it in the log. */
export async function store(
  ground: Ground,
  reservation: Reservation,
  wanted: Wanted,
): Promise<Stored> {
  const { name, parent } = wanted;
  const exclude = exclusionOf(wanted.exclude, parent ?? []);
  const tags = await tagsOf(await ground.folder.find(name));
  // Before it is read: what others write meanwhile is no part of it.
  const since = await ground.checkpoints.watch(false).catch(withoutWriter);
  const { file, scope } = parent
    ? await onParent(ground, parent, exclude, tags)
    : await whole(ground, exclude, tags);
  const stored = await reservation.write(file);
  if (since !== null) await ground.mark(await ground.chain(name), exclude, scope, since, null);
  return stored;
}

function whole(
  { database }: Ground,
  exclude: Exclusion,
  tags: readonly TaggedValue[],
): Promise<Read> {
  return withCurrent(database, exclude, async (state, scope) => ({
    file: { ...fileOf(await wholeOf(state), scope.schema, null, tags), ...noted(exclude, scope) },
    scope,
  }));
}

async function onParent(
  ground: Ground,
  parent: Chain,
  exclude: Exclusion,
  tags: readonly TaggedValue[],
): Promise<Read> {
  const { changes, scope } = await ground.difference(parent, exclude);
  const { name } = last(parent);
  const { digest, file } = await last(parent).content();
  assertSameTables(name, file, scope, ground.database.location, ground.command);
  const own = fileOf(changes, scope.schema, { name, digest }, tags);
  return { file: { ...own, ...noted(exclude, scope) }, scope };
}

/** What is to stay as it is when the file is restored, also by who does not name it. */
function noted(exclude: Exclusion, { whole }: Scope): Pick<FixpointFile, 'excluded'> {
  const excluded = excludedNames(exclude).filter((it) => tableNamed(whole, it) !== null);
  return excluded.length > 0 ? { excluded } : {};
}

/** Those of a file that is about to be written anew, where it can still be read. */
async function tagsOf(stored: Stored | null): Promise<readonly TaggedValue[]> {
  if (!stored?.mayHaveTags) return [];
  return stored.content().then(
    ({ file }) => file.tags,
    () => [],
  );
}

/** The open transaction of somebody else keeps nothing from being stored, only from being noted. */
function withoutWriter(error: unknown): null {
  if (error instanceof HfitError && error.code === 'HFIT_LOG_WRITER') return null;
  throw error;
}
