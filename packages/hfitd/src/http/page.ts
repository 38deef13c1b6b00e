interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly responses?: Readonly<Record<string, unknown>>;
}

/** What of an OpenAPI document the page shows. */
export interface ApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The OpenAPI document as a page for people: HTML alone, nothing to run and nothing from elsewhere. */
export function pageOf({ paths = {} }: ApiDocument): string {
  const parts = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => method !== 'head' || !operations.get)
      .map(([method, operation]) => partOf(method, path, operation)),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>hfitd</title>
<h1>hfitd</h1>
<p>Each path is there below <code>/v1</code> too. For programs, and with every field:
<a href="openapi.json">openapi.json</a>.</p>
${parts.join('')}</html>
`;
}

function partOf(method: string, path: string, operation: Operation): string {
  const { summary = '', description = '', parameters = [], responses = {} } = operation;
  const named = parameters.map(
    ({ name, in: place, required }) =>
      `<li><code>${escaped(name)}</code> (${escaped(place)}${required ? ', required' : ''})</li>\n`,
  );
  const statuses = Object.keys(responses).map(escaped).join(', ');
  return `<h2><code>${escaped(method.toUpperCase())} ${escaped(path)}</code></h2>
<p>${escaped(summary)}</p>
${description && `<p>${escaped(description)}</p>\n`}${named.length > 0 ? `<ul>\n${named.join('')}</ul>\n` : ''}<p>Answers: ${statuses}</p>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
