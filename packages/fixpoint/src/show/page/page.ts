import { createHash } from 'node:crypto';
import type { Difference } from '../../compare/difference.js';
import { unmarked } from '../marks.js';
import { differenceAsText } from '../text.js';
import { acceptedAsText } from '../text-asides.js';
import { pageData } from './data.js';
import { script } from './script.js';
import { style } from './style.js';

/** What stands at the top of the page. */
export interface PageAbout {
  /** The name of the fixpoint. */
  readonly name: string;
  /** A line about it, such as the database and the time. */
  readonly about?: string;
}

/**
 * A difference as one page of HTML that needs nothing else: no network, no other file. Its own
 * style and script are all that its policy lets run, and values are never HTML in it.
 */
export function differenceAsPage(difference: Difference, { name, about = '' }: PageAbout): string {
  // A text could end the element, or begin a comment.
  const data = JSON.stringify(pageData(difference)).replaceAll('<', '\\u003c');
  const policy = `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'`;
  const title = escaped(name);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title} differs</title>
<style>${style}</style>
<header>
  <h1><code>${title}</code> is not what was stored</h1>
  <span class="about">${escaped(about)}</span>
  <span class="legend"><span class="was">stored</span> → <span class="is">found</span></span>
  <div class="tools">
    <span class="about" id="shown"></span>
    <button class="kind changed" data-kind="~"></button>
    <button class="kind new" data-kind="+"></button>
    <button class="kind gone" data-kind="-"></button>
    <input type="search" id="search" placeholder="Search all values ( / )" aria-label="Search all values">
  </div>
</header>
<nav aria-label="Tables"><div id="tables"></div>${accepted(difference)}</nav>
<main id="scroll">
  <noscript><pre>${escaped(differenceAsText(difference, { rows: 100, tables: 1000 }))}</pre></noscript>
  <div id="list"></div>
  <button id="end" class="more">more rows</button>
</main>
<script type="application/json" id="data">${data}</script>
<script>${script}</script>
</html>
`;
}

/** What the rules let through, so that a rule that is too wide is seen here, too. */
function accepted({ accepted: list }: Difference): string {
  return list.length === 0 ? '' : `<p class="about">${escaped(acceptedAsText(list, unmarked))}</p>`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
