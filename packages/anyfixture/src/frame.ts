import { AsyncLocalStorage } from 'node:async_hooks';
import { isEmpty } from '@hot-fixture/changes';
import { HfitError } from '@hot-fixture/errors';
import type { Part } from './parts.js';
import type { Entry } from './scope.js';
import type { Tracking } from './tracking.js';
import { Turns } from './turns.js';

/** One fixture while it is built. Fixtures that its block asks for are built inside it. */
export class Frame {
  readonly name: string;
  readonly parent: Frame | null;
  readonly turns = new Turns();
  readonly uses = new Set<string>();
  readonly parts: Part[] = [];
  readonly built: Entry[] = [];
  /** Cleaned fixtures whose rows were brought back for this one. */
  readonly returned: Entry[] = [];
  /** Statements that the dump of it runs too, in their order. */
  readonly statements: string[] = [];
  /** Files that what was built inside was made from, besides those that its own dump watches. */
  readonly sources = new Set<string>();
  /** The checkpoint that the part that goes on began with. */
  border: string;
  /** In milliseconds: what was built inside. */
  inside = 0;
  ended = false;
  /** Whether the log was made anew meanwhile. */
  restarted = false;
  /** The checkpoint to go back to where the block fails. */
  readonly start: string;
  readonly #depth: number;

  /** @param prefix of the names of checkpoints */
  constructor(name: string, parent: Frame | null, prefix: string) {
    this.name = name;
    this.parent = parent;
    this.#depth = parent ? parent.#depth + 1 : 1;
    this.start = `${prefix}-build-${this.#depth}`;
    this.border = this.start;
  }

  /** The checkpoint at which a part ends and the next one begins. */
  get next(): string {
    return `${this.start}-next`;
  }

  /** Begins anew where the log was, and with it the way back. */
  async restart(tracking: Tracking): Promise<void> {
    await tracking.checkpoint(this.start);
    this.border = this.start;
    this.restarted = true;
  }

  /** Notes what the block did since the part began, and begins the next. */
  async cut(tracking: Tracking): Promise<void> {
    await this.endPart(tracking);
    await this.beginPart(tracking);
  }

  async endPart(tracking: Tracking): Promise<void> {
    const changes = await tracking.changes(this.border);
    if (!isEmpty(changes)) this.parts.push({ fixture: this.name, changes });
  }

  async beginPart(tracking: Tracking): Promise<void> {
    await tracking.checkpoint(this.next);
    this.border = this.next;
  }

  isWithin(outer: Frame): boolean {
    return this === outer || (this.parent?.isWithin(outer) ?? false);
  }

  /** @throws HFIT_FIXTURE_RECURSION */
  assertNew(name: string): void {
    const names: string[] = [name];
    for (let frame: Frame | null = this; frame; frame = frame.parent) {
      names.unshift(frame.name);
      if (frame.name === name) {
        throw new HfitError('HFIT_FIXTURE_RECURSION', { chain: names.join(' → ') });
      }
    }
  }
}

const frames = new AsyncLocalStorage<Map<object, Frame>>();

/** Runs the block of a fixture, so that what it asks for is known to be asked by it. */
export function runWithin<T>(owner: object, frame: Frame, work: () => Promise<T>): Promise<T> {
  return frames.run(new Map(frames.getStore()).set(owner, frame), work);
}

/** The fixture whose block is asking; null outside of all. */
export function currentFrame(owner: object): Frame | null {
  let frame = frames.getStore()?.get(owner) ?? null;
  // What a block left running, and did not wait for, may outlive it.
  while (frame?.ended) frame = frame.parent;
  return frame;
}
