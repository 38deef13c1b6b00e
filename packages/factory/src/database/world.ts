import { type ForeignKey, qualified, type Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Generator } from '@hot-fixture/generator';
import type { Definition, Recycled } from '../define/definition.js';
import { type AnyFactory, tableFactory } from '../define/factory.js';
import { Recipe } from '../define/recipe.js';
import { defaultsOf, type Fill } from '../table/defaults.js';
import { type ColumnFacts, factsOfSchema, type TableFacts } from '../table/facts.js';
import { specFor } from '../table/spec.js';

/** The tables of a database, and the factories that make their rows. */
export class World {
  readonly tables: ReadonlyMap<string, TableFacts>;
  readonly generator: Generator;
  readonly #byTable: ReadonlyMap<string, TableFacts>;
  readonly #factories: Map<string, AnyFactory>;
  readonly #fill: Fill;
  readonly #recipes = new WeakMap<Definition, Recipe>();
  readonly #recycled = new WeakMap<readonly Recycled[], readonly Recycled[]>();

  constructor(schema: Schema, generator: Generator, factories: readonly AnyFactory[], fill: Fill) {
    this.tables = factsOfSchema(schema);
    this.generator = generator;
    this.#fill = fill;
    this.#byTable = new Map([...this.tables.values()].map((it) => [qualified(it.table), it]));
    this.#factories = new Map();
    for (const factory of factories) {
      const { table } = this.tableOf(factory.definition);
      if (!this.#factories.has(qualified(table))) this.#factories.set(qualified(table), factory);
    }
  }

  /**
   * The table of a name.
   * @throws HFIT_FACTORY_TABLE
   */
  tableNamed(name: string): TableFacts {
    const found = this.tables.get(name) ?? this.#byTable.get(name);
    if (found) return found;
    const known = [...this.tables.keys()].join(', ') || 'none';
    throw new HfitError('HFIT_FACTORY_TABLE', { table: name, known });
  }

  /** The table that the rows of a factory are created in. */
  tableOf({ table, name }: Definition): TableFacts {
    return this.tableNamed(table ?? name);
  }

  /**
   * The rows that a definition recycles, by the names that tables have here.
   * @throws HFIT_FACTORY_TABLE
   */
  recycledOf({ recycled }: Definition): readonly Recycled[] {
    if (recycled.length === 0) return recycled;
    const known = this.#recycled.get(recycled);
    if (known) return known;
    const named = recycled.map((it) => ({ ...it, table: this.tableNamed(it.table).name }));
    this.#recycled.set(recycled, named);
    return named;
  }

  /** The table that a foreign key points to. */
  targetOf({ target }: ForeignKey): TableFacts {
    return this.tableNamed(qualified(target));
  }

  /** The factory of a table: the one that was given for it, or one of the table alone. */
  factoryOf({ table, name }: TableFacts): AnyFactory {
    const found = this.#factories.get(qualified(table)) ?? tableFactory(name);
    this.#factories.set(qualified(table), found);
    return found;
  }

  /** A value that a column takes, of a row of its table. */
  valueFor({ name, uniques }: TableFacts, it: ColumnFacts, row: number): unknown {
    const own = it.column.name;
    const unique = uniques.some((names) => names.length === 1 && names[0] === own);
    return this.generator.attribute(name, own, specFor(it, name, unique) as never)(row);
  }

  /**
   * How the rows of a definition are made, with all that the table asks for.
   * @throws HFIT_FACTORY_COLUMN
   */
  recipeOf(definition: Definition): Recipe {
    const known = this.#recipes.get(definition);
    if (known) return known;
    const facts = this.tableOf(definition);
    const { attributes, params, name } = definition;
    const defined = new Set(Object.keys(attributes));
    for (const column of defined) assertColumn(facts, column);
    const generator = definition.generator ?? this.generator;
    const defaults = defaultsOf(facts, defined, this.#fill, generator);
    // In the order of the table: whether a column is defined or not moves no other one.
    const all: Record<string, unknown> = {};
    for (const column of facts.columns.keys()) {
      const found = defined.has(column) ? attributes[column] : defaults[column];
      if (found !== undefined) all[column] = found;
    }
    const recipe = new Recipe({ name, place: facts.name, params }, all, generator);
    this.#recipes.set(definition, recipe);
    return recipe;
  }
}

/** @throws HFIT_FACTORY_COLUMN */
export function assertColumn(facts: TableFacts, column: string): void {
  if (facts.columns.has(column)) return;
  const known = [...facts.columns.keys()].join(', ');
  throw new HfitError('HFIT_FACTORY_COLUMN', { table: facts.name, column, known });
}
