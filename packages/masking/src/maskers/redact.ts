import type { BoundMask } from '../bind.js';
import { findPersonal } from '../detect/find.js';
import { type Finding, type PersonalKind, personalKinds } from '../detect/finding.js';
import { fits } from '../fitting.js';
import { defineMasker, type Mask } from '../masker.js';

/** What has a masker of its own has the mask that it has as a column. */
const maskers: Partial<Record<PersonalKind, string>> = {
  email: 'email',
  phone: 'phone',
  'person-name': 'personName',
  address: 'address',
};

export const redact = defineMasker({
  name: 'redact',
  about:
    'The text, in which what looks personal or secret gives way to a word for it, such as [email]. What is not found stays, so it is for texts that hold such things by accident.',
  kinds: ['text'],
  keeps: {
    unique: false,
    length: 'with: stars',
    format: true,
    order: false,
    referential: 'with: mask, for each thing that is found',
  },
  options: {
    with: {
      type: 'choice',
      choices: ['label', 'stars', 'mask'],
      default: 'label',
      about:
        'What stands there instead: a word for it, as many stars, or the mask that an e-mail address, a phone number, a name or an address has in a column (and a word for all others).',
    },
  },
  leaves(options) {
    // A mask of a person may be the name of another one, and is none that stayed.
    const isMask = ({ kind }: Finding) => options.with === 'mask' && kind in maskers;
    return (masked) => {
      const text = masked.replace(insteads, gap);
      return replaced(text, findPersonal(text).filter(isMask), () => gap);
    };
  },
  bind({ options, column, bindOther, unreadable }): Mask {
    const bound = new Map<string, BoundMask>();
    const masked = (kind: PersonalKind, text: string): string => {
      const masker = options.with === 'mask' ? maskers[kind] : undefined;
      if (masker === undefined) return `[${kind}]`;
      const facts = { ...column, maxLength: null, unique: false };
      const mask = bound.get(masker) ?? bindOther({ masker, options: {} }, facts);
      bound.set(masker, mask);
      return String(mask(text));
    };
    const stars = (_: PersonalKind, text: string) => '*'.repeat([...text].length);
    return (value) => {
      if (typeof value === 'object') return unreadable();
      const text = String(value);
      const found = findPersonal(text);
      if (found.length === 0) return value;
      const written = replaced(text, found, options.with === 'stars' ? stars : masked);
      return fits(written, column.maxLength) ? written : replaced(text, found, stars);
    };
  },
});

/** What stands in a text instead of what was found: labels and stars. */
const insteads = new RegExp(`\\[(?:${personalKinds.join('|')})\\]|\\*{3,}`, 'g');
const gap = ' | ';

/** A text in which what looks personal or secret gives way to a word for it. */
export function redactText(text: string): string {
  return replaced(text, findPersonal(text), (kind) => `[${kind}]`);
}

function replaced(
  text: string,
  found: readonly Finding[],
  by: (kind: PersonalKind, text: string) => string,
): string {
  let written = '';
  let at = 0;
  for (const { kind, start, end } of found) {
    written += text.slice(at, start) + by(kind, text.slice(start, end));
    at = end;
  }
  return written + text.slice(at);
}
