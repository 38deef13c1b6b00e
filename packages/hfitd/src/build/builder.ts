import { createHash } from 'node:crypto';
import type { Database, Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import {
  type Extraction,
  openExtraction,
  type Provenance,
  readParameters,
  type Sources,
  type Template,
} from '@hot-fixture/extract';
import { type MaskingKey, maskingKeyId } from '@hot-fixture/masking';
import type { Rights } from '../access/rights.js';
import type { StoredTemplate } from '../store/templates.js';
import type { Format } from './accept.js';
import { type Content, contentOf } from './content.js';
import { parsed } from './parsed.js';
import type { Rules } from './rules.js';
import { budgetOf, seenBy } from './seen-by.js';

/** What is to be built, and with whose rights. */
export interface Wish {
  readonly template: StoredTemplate;
  readonly parameters: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly format: Format;
  readonly rights: Rights;
}

interface Parts {
  readonly sources: Sources;
  /** Tells which database each source is: a name can become that of another one. */
  readonly places: Readonly<Record<string, string>>;
  readonly rules: Rules;
  readonly maskingKey: MaskingKey;
  /** What every package is signed with. */
  readonly signingKey: NonNullable<Provenance['signingKey']>;
}

/**
 * Builds what users may have, whoever sends it to them and when. Its rules and sources never change:
 * whoever builds takes the builder of the moment and stays with it.
 */
export class Builder {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** SHA-256 of the policy that it masks by. */
  get policy(): string {
    return this.#parts.rules.digest;
  }

  /**
   * The template of a wish.
   * @throws HFIT_TEMPLATE_UNKNOWN where it may not be run, as where it is not there,
   *   HFIT_TEMPLATE_UNAPPROVED
   */
  template({ template, rights }: Pick<Wish, 'template' | 'rights'>): Template {
    if (!rights.mayRun(template)) {
      throw new HfitError('HFIT_TEMPLATE_UNKNOWN', { template: template.name });
    }
    if (template.needsApproval && !template.approved) {
      throw new HfitError('HFIT_TEMPLATE_UNAPPROVED', { template: template.name });
    }
    return parsed(template.text, `template ${template.name}`);
  }

  /** Opens the extraction; close it afterwards. */
  open(
    wish: Wish,
    signal: AbortSignal,
    onProgress: (progress: { table: string; rows: number }) => void,
  ): Promise<Extraction> {
    const { rules, maskingKey } = this.#parts;
    const template = this.template(wish);
    const rights = wish.rights.within(wish.template);
    const budget = budgetOf(rights.limits);
    return openExtraction({
      template,
      parameters: wish.parameters,
      ...seenBy(rights, this.#parts.sources),
      policy: rights.policyOf(rules.policy),
      maskingKey,
      ...(template.projectName !== null && { project: template.projectName }),
      signal,
      onProgress,
      ...(budget && { budget }),
    });
  }

  /** @param who asked for it; a package that others may get too names nobody */
  content(extraction: Extraction, format: Format, who?: string): Promise<Content> {
    const { signingKey, rules } = this.#parts;
    const provenance = { signingKey, policies: rules.texts };
    return contentOf(extraction, format, who === undefined ? provenance : { ...provenance, who });
  }

  /** The sources that a template reads, by their own names; the first error is told when it runs. */
  sourcesOf(template: Template): string[] {
    const known = Object.keys(this.#parts.sources.databases);
    const named = new Set(
      [...template.exports, ...template.prepare].flatMap((it) =>
        'source' in it ? it.source.toLowerCase() : [],
      ),
    );
    return known.filter((name) => named.has(name.toLowerCase()));
  }

  /**
   * Tells wishes apart that could bring different packages, whatever is in the tables: by template,
   * parameters, form, policy, masking key, rights, the folders of volumes, and where its sources are
   * and their schemas as they are now.
   * @throws HFIT_PARAMETER_…, HFIT_DATABASE_…
   */
  async keyOf(wish: Wish): Promise<string> {
    const { sources, places, maskingKey, rules } = this.#parts;
    const template = this.template(wish);
    const hash = createHash('sha256');
    const add = (part: unknown) => hash.update(`${JSON.stringify(part)}\n`);
    add([
      'hfitd 1',
      wish.template.digest,
      wish.format,
      wish.rights.within(wish.template).key,
      maskingKeyId(maskingKey),
    ]);
    add(Object.entries(readParameters(template, wish.parameters)).sort());
    add(Object.entries(rules.texts));
    add(Object.entries(sources.volumes ?? {}));
    for (const name of this.sourcesOf(template)) {
      add([name, places[name], await schemaDigest(sources.databases[name] as Database)]);
    }
    return hash.digest('hex');
  }
}

const digests = new WeakMap<Schema, string>();

async function schemaDigest(database: Database): Promise<string> {
  const snapshot = await database.snapshot();
  try {
    const schema = await snapshot.schema();
    const known = digests.get(schema);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(JSON.stringify(schema)).digest('hex');
    digests.set(schema, digest);
    return digest;
  } finally {
    await snapshot.close();
  }
}
