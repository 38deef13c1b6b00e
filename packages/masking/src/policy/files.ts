import type { Field } from '@hot-fixture/document';
import { type Entry, entriesOf } from './block.js';
import { type PathPattern, pathPattern } from './path-pattern.js';

/** What becomes of a file. */
export type FileDecision = 'keep' | 'redact' | 'replace' | 'deny';

/** Where several fit, the first of these wins. */
const strictness: readonly FileDecision[] = ['deny', 'replace', 'redact', 'keep'];

/** What becomes of the files that fit a pattern. */
export interface FileRule {
  readonly pattern: PathPattern;
  readonly decision: FileDecision;
}

/** The rules of each volume. */
export type VolumeRules = ReadonlyMap<string, readonly FileRule[]>;

/**
 * Reads `volumes: { invoices: { "2024/*.pdf": keep } }`.
 * @throws HFIT_POLICY_INVALID
 */
export function readVolumes(volumes: Field | undefined): VolumeRules {
  const entries = volumes ? entriesOf(volumes) : [];
  return new Map(entries.map(({ name, value }) => [name, entriesOf(value).map(ruleOf)]));
}

/** The strictest of what the rules of several files say of a path; denied where none fits. */
export function decideFile(
  files: readonly VolumeRules[],
  volume: string,
  path: string,
): FileDecision {
  const rules = files.flatMap((volumes) =>
    [...new Set([volume, '*'])].flatMap((name) => volumes.get(name) ?? []),
  );
  const decisions = rules.filter(({ pattern }) => pattern(path)).map((it) => it.decision);
  return strictness.find((it) => decisions.includes(it)) ?? 'deny';
}

function ruleOf({ name, value }: Entry): FileRule {
  const decision = strictness.find((word) => word === value.written);
  if (!decision) throw value.fail(`the pattern ${name} must be keep, redact, replace or deny`);
  return { pattern: pathPattern(name), decision };
}
