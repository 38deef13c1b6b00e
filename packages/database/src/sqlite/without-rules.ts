import type { Table } from '../model.js';
import { commaSeparated, enclosed, sourceOf, type Token, tokensOf } from './tokens.js';

/** Takes those checks and indexes out of a definition whose own words are told to. */
export function withoutRules(table: Table, isOut: (sql: string) => boolean): Table {
  const { create, after } = table.definition;
  return {
    ...table,
    definition: {
      ...table.definition,
      create: withoutChecks(create, isOut),
      after: after.filter((statement) => {
        const tokens = tokensOf(statement);
        const open = tokens.findIndex(({ text }) => text === '(');
        return open === -1 || !isOut(sourceOf(statement, tokens.slice(open)));
      }),
    },
  };
}

function withoutChecks(sql: string, isOut: (sql: string) => boolean): string {
  const tokens = tokensOf(sql);
  const open = tokens.findIndex(({ text }) => text === '(');
  const spans: [from: number, to: number][] = [];
  for (const part of commaSeparated(enclosed(tokens, open))) {
    for (const check of checksIn(part)) {
      if (!isOut(sourceOf(sql, check))) continue;
      // A check of the table goes with the comma before it; a column stands before it always.
      const isWhole = check.length === part.length;
      const first = tokens.indexOf(check[0] as Token) - (isWhole ? 1 : 0);
      spans.push([(tokens[first] as Token).start, (check.at(-1) as Token).end]);
    }
  }
  let [text, end] = ['', 0];
  for (const [from, to] of spans) {
    text += sql.slice(end, from);
    end = to;
  }
  return text + sql.slice(end);
}

/** The checks of a column or of a table, each with its name. */
function* checksIn(part: readonly Token[]): Generator<readonly Token[]> {
  let from = -1;
  for (let at = 0; at < part.length; at += 1) {
    const { text } = part[at] as Token;
    if (text === 'CONSTRAINT') {
      from = at;
      at += 1;
    } else if (text === 'CHECK' && part[at + 1]?.text === '(') {
      const end = at + enclosed(part, at + 1).length + 2;
      const named = from !== -1 && from === at - 2;
      yield part.slice(named ? from : at, end + 1);
      at = end;
    } else if (text === '(') at += enclosed(part, at).length + 1;
  }
}
