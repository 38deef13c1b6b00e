import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { type Entry, placeOf, readBlock } from './block.js';
import { classify } from './classify.js';
import { readVolumes } from './files.js';
import { type ClassifiedColumn, fitsAll } from './lines.js';
import { Policy } from './policy.js';

/**
 * Reads a policy from YAML.
 * @param file how to call the text in errors
 * @throws HFIT_POLICY_INVALID, HFIT_POLICY_MASKER and HFIT_POLICY_OPTION…, with `file:line:column`
 */
export function parsePolicy(text: string, file = 'policy'): Policy {
  const invalid = (reason: string, where: string) =>
    new HfitError('HFIT_POLICY_INVALID', { reason }, { where });
  const root = readDocument(text, file, invalid);
  const top = root.fields(['policyVersion', 'databases'], ['volumes']);
  checkVersion(top.policyVersion);

  const [, , at = root.where] = root.entries().find(([name]) => name === 'databases') ?? [];
  const databases = { name: 'databases', at: placeOf(at), value: top.databases };
  const column = ({ name, at, value }: Entry): ClassifiedColumn => {
    const decision = classify(name, value);
    if (decision.kind === 'keep' && fitsAll(name)) {
      const reason = `"${name}": keep would let every column leave that somebody adds; name the columns, or a part of their names`;
      throw invalid(reason, at.where);
    }
    return { where: at.where, decision };
  };
  const table = (entry: Entry) => readBlock(entry, column);
  const database = (entry: Entry) => readBlock(entry, table);
  return new Policy([
    { file, databases: readBlock(databases, database), volumes: readVolumes(top.volumes) },
  ]);
}

function checkVersion(version: Field): void {
  if (version.value() === 1n) return;
  throw version.fail(`policyVersion must be 1, and is ${version.written || 'something else'}`);
}
