import type { Table } from '../model.js';

const rule =
  /^(?:ALTER TABLE .*? ADD CONSTRAINT (?:"(?:[^"]|"")*"|\w+) (?=CHECK|EXCLUDE)|CREATE (?:UNIQUE )?INDEX .*? USING )/s;

/** Takes those checks and indexes out of a definition whose own words are told to. */
export function withoutRules(table: Table, isOut: (sql: string) => boolean): Table {
  const after = table.definition.after.filter((statement) => {
    const [head] = rule.exec(statement) ?? [];
    return head === undefined || !isOut(statement.slice(head.length));
  });
  return { ...table, definition: { ...table.definition, after } };
}
