import type { Readable } from 'node:stream';
import { type Dataset, dialectNamed, type ReadLimits, script } from '@hot-fixture/database';
import { type MaskingKey, type Policy, projectMaskingKey } from '@hot-fixture/masking';
import { type Estimate, estimate } from './closure/estimate.js';
import { type Chain, explainAll, explainRow } from './closure/explain.js';
import { Meter } from './closure/meter.js';
import { datasetOf } from './dataset.js';
import { writeLines } from './lines/write.js';
import { MaskPool, workersFrom } from './mask-pool.js';
import { onDisk } from './package/on-disk.js';
import { type Provenance, packFolder, removeSpool, spoolFolder } from './package-folder.js';
import { type Plan, plan } from './plan.js';
import { prepare } from './prepare.js';
import { OpenSources, type Sources } from './source.js';
import { smaller } from './template/budget.js';
import type { Budget, Template } from './template/model.js';
import { readParameters } from './template/parameters.js';
import { withoutSecrets } from './template/secrets.js';
import { fillText } from './template/text.js';
import { unreadWarnings } from './unread.js';

export interface ExtractionRequest {
  readonly template: Template;
  /** By position or by name; checked against the template. */
  readonly parameters: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly sources: Sources;
  readonly policy: Policy;
  readonly maskingKey: MaskingKey;
  /** Its masks are made with a key of its own, derived from the masking key: they join no others. */
  readonly project?: string;
  /** Called while rows go by, with the number of rows of that table so far. */
  readonly onProgress?: (progress: { table: string; rows: number }) => void;
  /** Called while the rows of subsets are searched for, with how many were found so far. */
  readonly onFound?: (rows: number) => void;
  /** Ends it with the reason of the signal; a slow query ends in the server, where that can be. */
  readonly signal?: AbortSignal;
  /** What it may cost the servers that it reads from; what is left out is as in `defaultLimits`. */
  readonly limits?: Partial<ReadLimits>;
  /** What it may bring at most, beside the budget of the template: the smaller one holds. */
  readonly budget?: Budget;
  /**
   * How many threads mask the rows of large tables, where they travel as bytes: that of the caller,
   * and others beside it. By default what `HFIT_WORKERS` says, else two where there are two cores.
   */
  readonly workers?: number;
  /**
   * Whether there is such a table for who asks; what is not does not exist. By default all are.
   * @param database its schema, or where the dialect has none the database
   */
  readonly sees?: (source: string, database: string, table: string) => boolean;
}

/**
 * Plans an extraction: reads the schemas, runs the prepare steps, asks the policy about each
 * column. All that can be refused is refused here, before a row is read.
 * @throws HFIT_PARAMETER_…, HFIT_SOURCE_UNKNOWN, HFIT_TABLE_…, HFIT_COLUMN_UNKNOWN, HFIT_POLICY_…,
 *   HFIT_MASKER_UNFIT, HFIT_PREPARE_EMPTY, HFIT_FILE_…, HFIT_DATABASE_…
 */
export async function openExtraction(request: ExtractionRequest): Promise<Extraction> {
  const { template, policy, project, signal } = request;
  const maskingKey =
    project === undefined ? request.maskingKey : projectMaskingKey(request.maskingKey, project);
  const parameters = readParameters(template, request.parameters);
  const reading = { signal, limits: request.limits };
  const sources = new OpenSources(request.sources, template.references, reading, request.sees);
  try {
    const variables = await prepare(template.prepare, parameters, sources, policy, signal);
    const budget = smaller(template.budget, request.budget ?? null);
    const meter = new Meter(budget, request.onFound);
    const planned = await plan(template, variables, sources, policy, maskingKey, signal, meter);
    return new Extraction({ ...request, maskingKey }, planned, sources, parameters, variables);
  } catch (error) {
    await sources.close();
    throw error;
  }
}

/** One run of a template. It gives its data once, in one of four forms; close it afterwards. */
export class Extraction {
  /** Whether there are files in it, which only a package can carry. */
  readonly hasFiles: boolean;
  /** Rows of each table that have gone by so far. */
  readonly counts: Record<string, number> = {};
  /** How many tables it carries, each once for each file that has rows of it, and how many have gone by. */
  readonly tables: { all: number; done: number };
  readonly #request: ExtractionRequest;
  readonly #plan: Plan;
  readonly #sources: OpenSources;
  readonly #parameters: Record<string, string>;
  readonly #variables: Record<string, string>;
  readonly #pool: MaskPool;
  #spool: string | null = null;

  constructor(
    request: ExtractionRequest,
    planned: Plan,
    sources: OpenSources,
    parameters: Record<string, string>,
    variables: Record<string, string>,
  ) {
    this.#request = request;
    this.#plan = planned;
    this.#pool = new MaskPool(request.maskingKey, workersFrom(request.workers));
    this.#sources = sources;
    this.#parameters = parameters;
    this.#variables = variables;
    this.tables = { all: planned.exports.reduce((sum, it) => sum + it.tables.length, 0), done: 0 };
    this.hasFiles = planned.exports.some(({ file }) => file !== null);
  }

  /**
   * Columns that were left out, each with the line that would classify it; and when rows have gone
   * by, columns of which a masker could not read all values.
   */
  get warnings(): readonly string[] {
    return [...this.#plan.warnings, ...unreadWarnings(this.#plan.exports)];
  }

  /**
   * Finds the rows of all subsets by their keys, and holds them against the budget. The forms below
   * do it too; who writes before a dataset tells its first row does it before.
   * @throws HFIT_SUBSET_EMPTY, HFIT_BUDGET_…, HFIT_SUBSET_KEY, HFIT_DATABASE_…
   */
  collect(): Promise<void> {
    return this.#plan.collect();
  }

  /**
   * A tar.gz of all exports and their metadata, which begins with its manifest. It is complete on
   * disk, masked, before this resolves.
   * @param provenance who vouches for it
   * @throws HFIT_PACKAGE_DISK, HFIT_FILE_MISSING, HFIT_MASKER_VALUE, HFIT_DATABASE_…
   */
  async package(provenance: Provenance = {}): Promise<{ name: string; stream: Readable }> {
    const madeAt = new Date();
    const name = `pkg-${this.#baseName()}-${madeAt.toISOString().replace(/[-:]|\..*/g, '')}`;
    const contents = {
      name,
      madeAt,
      template: this.#request.template,
      parameters: withoutPositions(this.#told(this.#parameters)),
      variables: withoutPositions(this.#told(this.#variables)),
      plan: this.#plan,
      counts: this.counts,
      maskingKey: this.#request.maskingKey,
      project: this.#request.project ?? null,
      provenance,
    };
    try {
      this.#spool = await spoolFolder();
      return { name, stream: await packFolder(this.#spool, contents, this.#count, this.#passed) };
    } catch (error) {
      throw onDisk(error);
    }
  }

  /**
   * One script for the client program of the source's dialect. Files are not in it.
   * @throws HFIT_TEMPLATE_TABLE_TWICE, HFIT_TEMPLATE_DATABASES, HFIT_TEMPLATE_NO_DATABASE
   */
  script(): AsyncIterable<string> {
    const dataset = this.dataset();
    return this.#collected(script(dialectNamed(dataset.dialect), dataset));
  }

  /**
   * What `Database.load` takes. Files are not in it.
   * @throws HFIT_TEMPLATE_TABLE_TWICE, HFIT_TEMPLATE_DATABASES, HFIT_TEMPLATE_NO_DATABASE
   */
  dataset(): Dataset {
    const dataset = datasetOf(this.#plan.exports, this.#count, undefined, this.#pool);
    const passed = this.#passed;
    this.tables.all = dataset.tables.length;
    return {
      ...dataset,
      async *rows() {
        for await (const part of dataset.rows()) {
          yield part;
          passed();
        }
      },
    };
  }

  /** The dataset as NDJSON, for `readLines`. */
  lines(): AsyncIterable<string> {
    return this.#collected(writeLines(this.dataset()));
  }

  /**
   * Why a row comes: the chain of rows from one that was asked for. Nothing is delivered.
   * @param key its values as they leave: masked where the policy masks them
   * @throws HFIT_TABLE_UNKNOWN, HFIT_EXPLAIN_ROW, and what `dataset` throws when it is read
   */
  async explain(table: string, key: readonly string[]): Promise<Chain> {
    await this.#plan.collect();
    return explainRow(this.#plan.closures.all, table, key);
  }

  /** The chains of all rows of the subsets. */
  async explainAll(): Promise<Iterable<Chain>> {
    await this.#plan.collect();
    return explainAll(this.#plan.closures.all);
  }

  /**
   * About how many rows of each table will come, and how many bytes. Nothing is searched for: it
   * takes a count of the start rows, and the statistics of the source.
   */
  estimate(): Promise<Estimate[]> {
    return estimate(this.#plan.closures.all, this.#plan.exports);
  }

  /** Gives back connections and disk. The databases stay open. */
  async close(): Promise<void> {
    this.#plan.close();
    await this.#pool.close();
    await this.#sources.close();
    if (this.#spool) await removeSpool(this.#spool);
    this.#spool = null;
  }

  /** What stops the search for rows stops it before the first word is out. */
  async *#collected(text: AsyncIterable<string>): AsyncGenerator<string> {
    await this.#plan.collect();
    yield* text;
  }

  #count = (table: string, rows: number): void => {
    this.counts[table] = (this.counts[table] ?? 0) + rows;
    this.#request.onProgress?.({ table, rows: this.counts[table] });
  };

  #passed = (): void => {
    this.tables.done++;
  };

  /** What may stand in the files and the name of a package. */
  #told(values: Readonly<Record<string, string>>): Record<string, string> {
    return withoutSecrets(this.#request.template, this.#parameters, values);
  }

  /** The package name of the template, or its own name; what a file name cannot hold is left out. */
  #baseName(): string {
    const { packageName, name } = this.#request.template;
    const variables = this.#told(this.#variables);
    const text = packageName ? fillText(packageName, variables, (value) => value) : name;
    return cut(text.replace(/[^\p{L}\p{N}_.-]+/gu, '_'), 100) || name;
  }
}

/** The name of a file may have 255 bytes, and a letter has up to four. */
function cut(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, '');
}

/** Parameters stand under their position too, for `$1`; a person needs only the names. */
function withoutPositions(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/^\d+$/.test(name)));
}
