import { KeyedDraws, labelOf } from './keyed-draws.js';
import { type LocaleName, locales } from './locale.js';
import { fold } from './people/latin.js';

/**
 * The names of the person that {@link Values} gives for the same words, written as UTF-8. One of these
 * names millions of persons, one after the other, and makes no object for any.
 */
export class PersonBytes {
  readonly #key = new Int32Array(4);
  readonly #draws = new KeyedDraws(this.#key, labelOf('person'));
  readonly #groups: readonly Group[];
  readonly #isGivenFirst: boolean;
  readonly #between: TextList;
  /** The one who lends a user name where a name has no spelling in a-z. */
  #english: PersonBytes | undefined;
  #group: Group;
  #first = 0;
  #last = 0;

  constructor(locale: LocaleName) {
    const { people, fullName } = locales[locale];
    this.#groups = people.map(({ given, family }) => ({
      given: new TextList(given),
      family: new TextList(family),
      latinGiven: new TextList(given.map(fold)),
      latinFamily: new TextList(family.map(fold)),
    }));
    this.#group = this.#groups[0]!;
    const form = fullName('G', 'F');
    this.#isGivenFirst = form.startsWith('G');
    this.#between = new TextList([form.slice(1, -1)]);
  }

  /** @param words four, as for `valuesFrom`; they may change afterwards */
  of(words: Int32Array): this {
    // Of so few, one by one is quicker than all at once.
    for (let i = 0; i < 4; i++) this.#key[i] = words[i]!;
    const draws = this.#draws.again();
    this.#group = draws.pick(this.#groups);
    this.#first = draws.below(this.#group.given.length);
    this.#last = draws.below(this.#group.family.length);
    return this;
  }

  /** @returns where it ends, as do the others */
  givenName(out: Uint8Array, at: number): number {
    return this.#group.given.write(this.#first, out, at);
  }

  familyName(out: Uint8Array, at: number): number {
    return this.#group.family.write(this.#last, out, at);
  }

  fullName(out: Uint8Array, at: number): number {
    if (this.#isGivenFirst) {
      return this.familyName(out, this.#between.write(0, out, this.givenName(out, at)));
    }
    return this.givenName(out, this.#between.write(0, out, this.familyName(out, at)));
  }

  userName(out: Uint8Array, at: number): number {
    const { latinGiven, latinFamily } = this.#group;
    const dot = latinGiven.write(this.#first, out, at);
    out[dot] = 0x2e;
    const end = latinFamily.write(this.#last, out, dot + 1);
    if (dot > at && end > dot + 1) return end;
    this.#english ??= new PersonBytes('en');
    return this.#english.of(this.#key).userName(out, at);
  }
}

interface Group {
  readonly given: TextList;
  readonly family: TextList;
  readonly latinGiven: TextList;
  readonly latinFamily: TextList;
}

/** Texts one behind the other in one piece of memory, as UTF-8. */
class TextList {
  readonly length: number;
  readonly #bytes: Uint8Array;
  /** Where each begins, then where the last ends. */
  readonly #starts: Int32Array;

  constructor(texts: readonly string[]) {
    const encoded = texts.map((text) => Buffer.from(text));
    this.length = texts.length;
    this.#bytes = new Uint8Array(Buffer.concat(encoded));
    this.#starts = new Int32Array(texts.length + 1);
    encoded.forEach(({ length }, i) => {
      this.#starts[i + 1] = this.#starts[i]! + length;
    });
  }

  write(index: number, out: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    const end = this.#starts[index + 1]!;
    let to = at;
    for (let i = this.#starts[index]!; i < end; i++) out[to++] = bytes[i]!;
    return to;
  }
}
