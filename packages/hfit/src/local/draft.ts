import type { Template } from '@hot-fixture/extract';

/** The text of a new target file for some templates, for a person to fill in. */
export function draftTarget(
  templates: readonly Template[],
  urlOf: (source: string) => string,
): string {
  const sources = new Set<string>();
  const volumes = new Set<string>();
  for (const it of templates.flatMap(({ exports }) => exports)) {
    if (it.type === 'file') volumes.add(it.volume);
    else sources.add(it.source);
  }
  const lines = [
    '# Where `hfit local-i run-on` puts what it downloads. Check every line.',
    'hfitTarget: 1',
    'databases: # the name of each has to hold test, dev, tmp, local or hfit',
    ...[...sources].map((name) => `  ${word(name)}: ${word(urlOf(name))}`),
    ...(volumes.size > 0 ? ['volumes: # folders, from the folder of this file on'] : []),
    ...[...volumes].map((name) => `  ${word(name)}: ${word(`volumes/${name}`)}`),
    'templates: # the parameters of each',
    ...templates.flatMap(parametersOf),
  ];
  return `${lines.join('\n')}\n`;
}

/** A database of this machine that could stand for a source; nobody knows its real place. */
export function exampleUrl(dialect: string | undefined, source: string): string {
  const name = `${source.toLowerCase().replace(/\W/g, '_')}_test`;
  const examples: Readonly<Record<string, string>> = {
    mysql: `mysql://root@localhost/${name}`,
    mariadb: `mysql://root@localhost/${name}`,
    sqlite: `sqlite:${name}.db`,
  };
  return examples[dialect ?? ''] ?? `postgresql://localhost/${name}`;
}

function parametersOf({ name, parameters }: Template): string[] {
  if (parameters.length === 0) return [`  ${word(name)}: {}`];
  // Without a value nothing stands there, and a run says which is missing.
  const lines = parameters.map((each) => {
    const value = each.default === null ? '' : ` ${word(each.default)}`;
    const about = [each.type, each.description].filter(Boolean).join(', ').replace(/\s+/g, ' ');
    return each.default === null && !each.required
      ? `    # ${each.name}: # ${about}`
      : `    ${word(each.name)}:${value} # ${about}`;
  });
  return [`  ${word(name)}:`, ...lines];
}

/** One word of YAML: JSON is YAML, too. */
function word(text: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
