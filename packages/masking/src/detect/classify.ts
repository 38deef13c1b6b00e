import type { ColumnFacts, Value } from '../column.js';
import type { Decisions } from '../options.js';
import { maskDecision } from '../policy/decision.js';
import { writtenAs } from '../policy/propose.js';
import { type ColumnKind, hintOf } from './column-names.js';
import { namesOfPeople } from './common-names.js';
import { type Document, documentIn } from './document.js';
import { nationalRulesOf } from './national.js';
import { byName, canServe, isSeen, maskerFor, proposalForNothing } from './proposal.js';
import { type Looked, look } from './samples.js';
import { nounOf, thingsOf } from './words.js';

/** A column, as far as it is known, and some of its values. */
export interface ColumnSample {
  readonly name: string;
  readonly table: string;
  /** As the database writes it. */
  readonly type: string;
  /** In the form of the database; they need not differ. */
  readonly samples: readonly Value[];
  /** What else a masker asks for; by default a text that takes NULL. */
  readonly facts?: Partial<Omit<ColumnFacts, 'name' | 'type'>>;
}

export interface ColumnClassification {
  /** What it holds; null where nothing personal was found. */
  readonly kind: ColumnKind | null;
  /** From 0, where nothing was found, to 1. */
  readonly confidence: number;
  /** Why, for people. It quotes names of columns and keys, and never a value. */
  readonly evidence: string;
  /** What to write behind the column in a policy: `deny` where nobody can know. */
  readonly proposal: string;
}

/** What is found, before anything is proposed; of a document, what becomes of its paths. */
export type Found = Omit<ColumnClassification, 'proposal'> & Partial<Pick<Document, 'paths'>>;

/**
 * Says what a column holds, by its name, its type and its values: which personal data, or none that
 * was found.
 */
export function classifyColumn(column: ColumnSample): ColumnClassification {
  const kind = column.facts?.kind ?? kindOf(column.type);
  const { paths, ...found } = classified(column, kind);
  const { name, type } = column;
  const facts = {
    nullable: true,
    unique: false,
    maxLength: null,
    ...column.facts,
    name,
    type,
    kind,
  };
  if (paths) return { ...found, proposal: proposalForPaths(paths, facts) };
  if (found.kind === null) return { ...found, proposal: proposalForNothing(name, kind) };
  const proposal = isSeen(found.kind, found.confidence) ? maskerFor(found.kind, facts) : 'deny';
  const evidence = proposal === 'redact' ? `${found.evidence}; ${limit}` : found.evidence;
  return { ...found, evidence, proposal };
}

const limit = 'what redact does not find leaves, so deny it where people write about people';

function proposalForPaths(paths: Decisions, facts: ColumnFacts): string {
  const choice = { masker: 'json', options: { paths } };
  const serves = Object.keys(paths).length > 0 && canServe(choice, facts);
  return serves ? writtenAs(maskDecision(choice)) : 'deny';
}

function classified(column: ColumnSample, kind: string): Found {
  const { name, table, samples } = column;
  const given = hintOf(name, table);
  const hint = given && suits(given.kind, kind) ? given : null;
  const seen = look(samples);
  const count = seen.texts.length;
  const named = hint && `the name says ${nounOf(hint.kind)}`;
  const nothing = { kind: null, confidence: 0, evidence: nothingIn(count, kind) };
  if (kind === 'boolean' || kind === 'enum') {
    return hint?.kind === 'sensitive'
      ? { kind: hint.kind, confidence: 0.7, evidence: named! }
      : nothing;
  }
  const classifyPart = (name: string, parent: string, kind: string, values: readonly Value[]) =>
    classified({ name, table: parent || table, type: kind, samples: values }, kind);
  const document = count > 0 ? documentIn(seen.texts, classifyPart) : null;
  if (document) return document;

  const best = bestOf(seen);
  if (best && best.count / count >= 0.5 && (count > 1 || hint)) {
    const values = `${best.count} of ${thingsOf(count, 'different value')}: ${best.evidence}`;
    const isOne = hint !== null && related(hint.kind, best.kind);
    return {
      kind: isOne ? hint.kind : best.kind,
      confidence: isOne ? 0.98 : 0.9,
      evidence: isOne ? `${named}; ${values}` : values,
    };
  }
  const listed = listedIn(seen.texts, kind);
  if (hint && hint.kind !== 'free-text') {
    const agrees = listed?.kind === hint.kind || best?.kind === hint.kind;
    const evidence = agrees && listed ? `${named}; ${listed.evidence}` : named!;
    return { kind: hint.kind, confidence: agrees ? 0.95 : 0.75, evidence };
  }
  if (listed) return listed;
  const ruled = ruledBy(seen.texts);
  if (ruled) return ruled;
  const holding = heldIn(seen);
  if (holding)
    return { ...holding, evidence: named ? `${named}; ${holding.evidence}` : holding.evidence };
  if (hint) return { kind: hint.kind, confidence: byName, evidence: named! };
  return nothing;
}

function nothingIn(count: number, kind: string): string {
  if (kind === 'binary') return 'bytes, which nobody looked into';
  return count === 0
    ? 'there is no value to look at'
    : `nothing found in ${thingsOf(count, 'different value')}`;
}

/** What most values are as a whole. */
function bestOf({ whole, evidence }: Looked) {
  const [first] = [...whole].sort(([, a], [, b]) => b - a);
  return first && { kind: first[0], count: first[1], evidence: evidence.get(first[0])! };
}

/** The name may say it more exactly than the value can. */
function related(named: ColumnKind, seen: ColumnKind): boolean {
  if (named === seen || named === 'free-text') return named === seen;
  const close: Partial<Record<ColumnKind, readonly ColumnKind[]>> = {
    'person-name': ['given-name', 'family-name', 'user-name'],
    email: ['user-name'],
    secret: ['password-hash'],
    'password-hash': ['secret'],
  };
  return close[seen]?.includes(named) ?? false;
}

/** Texts in which somebody is told of here and there. */
function heldIn({ texts, whole, within: inner }: Looked): Found | null {
  const counts = [...new Set([...inner.keys(), ...whole.keys()])].map(
    (kind) => [kind, (inner.get(kind) ?? 0) + (whole.get(kind) ?? 0)] as const,
  );
  if (counts.length === 0) return null;
  counts.sort(([, a], [, b]) => b - a);
  const list = counts.map(([kind, count]) => `${nounOf(kind)} in ${count}`).join(', ');
  const most = counts[0]![1] / texts.length;
  return {
    kind: 'free-text',
    confidence: Math.min(0.9, 0.6 + most),
    evidence: `of ${thingsOf(texts.length, 'different value')}: ${list}`,
  };
}

/** Words of which most are given or family names; few words are no sign. */
function listedIn(texts: readonly string[], kind: string): Found | null {
  if (kind !== 'text' || texts.length < 5) return null;
  const { given, family } = namesOfPeople();
  const shareOf = (list: ReadonlySet<string>) =>
    texts.filter((text) => list.has(text.trim().toLowerCase())).length;
  const [givens, families] = [shareOf(given), shareOf(family)];
  const [count, name] =
    givens >= families ? ([givens, 'given-name'] as const) : ([families, 'family-name'] as const);
  if (count / texts.length < 0.5) return null;
  const evidence = `${count} of ${thingsOf(texts.length, 'different value')} are known as ${nounOf(name)}s`;
  return { kind: name, confidence: 0.5 + (0.4 * count) / texts.length, evidence };
}

/** Numbers of which each alone might be chance: where all pass one rule, it is none. */
function ruledBy(texts: readonly string[]): Found | null {
  if (texts.length < 8) return null;
  let rules = nationalRulesOf(texts[0]!);
  for (const text of texts) {
    if (rules.length === 0) return null;
    const passed = nationalRulesOf(text);
    rules = rules.filter((rule) => passed.includes(rule));
  }
  const evidence = `all ${thingsOf(texts.length, 'different value')} pass the rule of the ${rules[0]}`;
  return rules[0] === undefined ? null : { kind: 'national-id', confidence: 0.9, evidence };
}

/** A name says nothing of a column that cannot hold what it says. */
function suits(hint: ColumnKind, kind: string): boolean {
  const asText = ['text', 'other', 'array', 'json'].includes(kind);
  switch (hint) {
    case 'phone':
    case 'card':
    case 'national-id':
    case 'iban':
    case 'postcode':
      return asText || kind === 'integer' || kind === 'decimal';
    case 'geo':
      return asText || kind === 'decimal' || kind === 'float';
    case 'birth-date':
      return asText || kind === 'date' || kind === 'timestamp' || kind === 'integer';
    case 'work':
      return asText || kind === 'date' || kind === 'timestamp';
    case 'image':
      return asText || kind === 'binary';
    case 'secret':
    case 'password-hash':
      return asText || kind === 'binary';
    case 'sensitive':
      return kind !== 'timestamp';
    default:
      return asText;
  }
}

/** The value kind of a type where nobody says it: roughly, for lists of names and types. */
function kindOf(type: string): string {
  if (/bool/i.test(type)) return 'boolean';
  if (/int|serial|year/i.test(type)) return 'integer';
  if (/dec|numeric|money/i.test(type)) return 'decimal';
  if (/float|double|real/i.test(type)) return 'float';
  if (/timestamp|datetime/i.test(type)) return 'timestamp';
  if (/^date/i.test(type)) return 'date';
  if (/blob|binary|bytea/i.test(type)) return 'binary';
  if (/json/i.test(type)) return 'json';
  return /uuid/i.test(type) ? 'uuid' : 'text';
}
