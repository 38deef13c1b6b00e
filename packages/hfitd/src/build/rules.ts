import { createHash } from 'node:crypto';
import type { Policy } from '@hot-fixture/masking';
import { policyOf, readPolicies } from '../config/policies.js';
import type { Configuration } from '../config/settings.js';

/** What is masked and how, as the policy files said it at one moment. */
export interface Rules {
  readonly policy: Policy;
  /** The texts of the files, by their names. */
  readonly texts: Readonly<Record<string, string>>;
  /** SHA-256 of them: it stands in the records of what was given out. */
  readonly digest: string;
}

/** @throws HFIT_FILE_UNREADABLE, and what reading a policy throws */
export function readRules({ policy }: Pick<Configuration, 'policy'>): Rules {
  const texts = readPolicies(policy);
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return { policy: policyOf(texts), texts, digest };
}
