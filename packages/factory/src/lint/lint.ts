import type { Database, Guard } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { FactoriesOptions } from '../database/factories.js';
import { openFactories } from '../database/factories.js';
import type { AnyFactory } from '../define/factory.js';
import { Session } from '../registry/session.js';

export interface LintFinding {
  readonly factory: string;
  /** Null for the factory without one. */
  readonly trait: string | null;
  readonly does: 'build' | 'create';
  readonly code: string | null;
  readonly reason: string;
}

export interface LintReport {
  /** How many ways to make rows were tried. */
  readonly tried: number;
  readonly findings: readonly LintFinding[];
  /** Traits that take arguments, and so were not tried. */
  readonly skipped: readonly string[];
}

/**
 * Builds and creates a row of every factory with each of its traits, and of every table that has no
 * factory, and puts the database back.
 * @throws HFIT_NOT_A_TEST_DATABASE, and what `track` throws
 */
export async function lintFactories(
  database: Database,
  options: FactoriesOptions & Guard = {},
): Promise<LintReport> {
  const factories = await openFactories(database, options);
  const given = options.factories ?? [];
  const tables = new Set(given.map((it) => factories.world.tableOf(it.definition)));
  const others = [...factories.world.tables.values()].filter((it) => !tables.has(it));
  const all = [...given, ...others.map((it) => factories.world.factoryOf(it))];
  const findings: LintFinding[] = [];
  const skipped: string[] = [];
  let tried = 0;
  const session = await Session.open({ database, guard: options });
  try {
    for (const factory of all) {
      for (const trait of [null, ...factory.definition.traits.keys()]) {
        if (trait !== null && takesArguments(factory, trait)) {
          skipped.push(`${factory.name}.${trait}`);
          continue;
        }
        tried += 1;
        const found = await attempt(factories.of(factory), trait);
        if (found) findings.push({ factory: factory.name, trait, ...found });
      }
    }
  } finally {
    await session.cleanup();
  }
  return { tried, findings, skipped };
}

function takesArguments(factory: AnyFactory, trait: string): boolean {
  return (factory.definition.traits.get(trait)?.length ?? 0) > 1;
}

async function attempt(factory: AnyFactory, trait: string | null) {
  let does: 'build' | 'create' = 'build';
  try {
    const it = trait === null ? factory : factory.as(trait);
    it.build();
    does = 'create';
    await it.create();
    return null;
  } catch (error) {
    const code = error instanceof HfitError ? error.code : null;
    const reason =
      error instanceof HfitError ? error.what : error instanceof Error ? error.message : `${error}`;
    return { does, code, reason };
  }
}
