import { qualified, type Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { factsOf, spellings } from '@hot-fixture/extract';
import { nounOf, type Policy } from '@hot-fixture/masking';
import type { Looked } from './options.js';
import { proposeLines } from './propose.js';

/** What is wrong between a policy and a database. */
export interface PolicyFinding {
  readonly what: 'unclassified' | 'names nothing' | 'personal and kept' | 'database unknown';
  /** The table or column, or what the policy names. */
  readonly subject: string;
  /** The place in the policy, as `file:line:column`, where one is known. */
  readonly where: string | null;
  readonly why: string;
}

/**
 * Compares a policy with a database: columns that no line classifies, lines that name nothing, and
 * columns that are kept, or parts that a masker leaves, though personal data was found in them.
 * @param accepted columns as `table.column` that a person has looked at and keeps
 */
export function checkPolicy(
  { name, schema, seen }: Looked,
  policy: Policy,
  accepted: ReadonlySet<string>,
): PolicyFinding[] {
  const findings = [...unknown(name, policy), ...namesNothing(name, schema, policy)];
  const lines = new Map(proposeLines(schema, seen).map((it) => [`${it.table}.${it.column}`, it]));
  for (const { table, left } of seen) {
    const names = spellings(schema, table);
    for (const column of table.columns) {
      if (column.generated) continue;
      const decision = policy.decide(name, names, factsOf(table, column));
      const subject = `${qualified(table)}.${column.name}`;
      if (decision.kind === 'deny' && !decision.explicit) {
        const why = `add:\n${policy.lineToAdd(name, qualified(table), column.name)}`;
        findings.push({ what: 'unclassified', subject, where: null, why });
      }
      const it = decision.kind === 'keep' ? lines.get(subject) : left.get(column.name);
      const isKnown = names.some((spelling) => accepted.has(`${spelling}.${column.name}`));
      if (!it || it.kind === null || isKnown) continue;
      const how = decision.kind === 'mask' ? `${decision.masker} leaves ` : '';
      // What is told of a document says what it is.
      const found = it.kind === 'document' ? '' : `${nounOf(it.kind)}: `;
      const why = `${how}${found}${it.evidence}`;
      findings.push({ what: 'personal and kept', subject, where: null, why });
    }
  }
  return findings;
}

function unknown(name: string, policy: Policy): PolicyFinding[] {
  if (policy.knows(name)) return [];
  const why = 'where its lines call the database by another name, give that with --name';
  return [{ what: 'database unknown', subject: name, where: null, why }];
}

function namesNothing(name: string, schema: Schema, policy: Policy): PolicyFinding[] {
  const spelled = schema.tables.flatMap((table) => spellings(schema, table));
  const tables = policy.unknownTables(name, spelled).map(
    (it): PolicyFinding => ({
      what: 'names nothing',
      subject: it.name,
      where: it.where,
      why: 'the database has no such table',
    }),
  );
  const columns = schema.tables.flatMap((table): PolicyFinding[] => {
    try {
      const known = table.columns.map((column) => column.name);
      policy.checkColumns(name, spellings(schema, table), known);
      return [];
    } catch (error) {
      if (!(error instanceof HfitError)) throw error;
      const subject = qualified(table);
      return [{ what: 'names nothing', subject, where: error.where ?? null, why: error.what }];
    }
  });
  return [...tables, ...columns];
}
