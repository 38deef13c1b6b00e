import { basename } from 'node:path';
import { Policy, parsePolicy } from '@hot-fixture/masking';
import { readText } from './keys.js';
import type { Configuration } from './settings.js';

/**
 * The texts of the policy files, by their names: users are told no paths.
 * @throws HFIT_FILE_UNREADABLE, and what reading a policy throws
 */
export function readPolicies(files: Configuration['policy'] = []): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of [files].flat()) {
    const text = readText(file, 'policy');
    // Its errors are for the owner, who gets the path.
    parsePolicy(text, file);
    let name = basename(file);
    while (Object.hasOwn(texts, name)) name = `${name}+`;
    texts[name] = text;
  }
  return texts;
}

export function policyOf(texts: Readonly<Record<string, string>>): Policy {
  const policies = Object.entries(texts).map(([name, text]) => parsePolicy(text, name));
  // An empty policy classifies nothing, so it denies everything.
  if (policies.length === 0) return parsePolicy('policyVersion: 1\ndatabases: {}\n', 'the policy');
  return Policy.together(policies);
}
