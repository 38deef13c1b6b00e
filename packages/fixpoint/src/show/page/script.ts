import { wordsScript } from './words-script.js';

/** The script of the page. It makes elements and sets their text, so that no value is ever HTML. */
export const script = String.raw`'use strict';
${wordsScript}
const { tables } = JSON.parse(document.getElementById('data').textContent);
const kinds = { '~': 'changed', '+': 'new', '-': 'gone' };
const state = { table: null, kinds: new Set(['~', '+', '-']), words: [] };
const chunk = 100;
const longest = 1500;
const $ = (id) => document.getElementById(id);
const list = $('list');

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const all = tables.flatMap((table, number) => table.rows.map((row) => ({ number, row, text: null })));

function textOf(entry) {
  if (entry.text === null) {
    const { columns } = tables[entry.number];
    const [, values, before = {}] = entry.row;
    const shown = entry.row[0] === '~' ? Object.keys(before).map((place) => columns[place]) : columns;
    entry.text = [...shown, ...values, ...Object.values(before)].join('\u0000').toLowerCase();
  }
  return entry.text;
}

const matches = (entry) => state.words.every((word) => textOf(entry).includes(word));

function valueElement(value, className, pieces) {
  const box = element('span', 'value' + (className ? ' ' + className : ''));
  if (value === null) { box.append(element('span', 'null', 'NULL')); return box; }
  if (value === '') { box.append(element('span', 'null', 'empty')); return box; }
  const fill = (most) => {
    let left = most;
    const parts = [];
    for (const { text, same } of pieces ?? [{ text: value, same: true }]) {
      const seen = visible(text.slice(0, left));
      // A space or the end of a line that changed is seen by a sign.
      parts.push(same ? seen : element('mark', '', seen.replace(/\n/g, '↵\n').replace(/^ +$/, (it) => '·'.repeat(it.length))));
      left -= text.length;
      if (left <= 0) break;
    }
    box.replaceChildren(...parts);
  };
  const size = (pieces ?? [{ text: value }]).reduce((sum, it) => sum + it.text.length, 0);
  fill(longest);
  if (size > longest) {
    const button = element('button', 'more', '… ' + (size - longest).toLocaleString('en') + ' more characters');
    button.onclick = () => fill(Infinity);
    box.append(button);
  }
  return box;
}

function changeElement(column, was, is) {
  const [a, b] = [laidOut(was), laidOut(is)];
  const [left, right] = a === null || b === null || a === '' || b === '' ? [] : compareWords(a, b);
  const isTall = (text) => text !== null && (text.length > 90 || text.includes('\n'));
  // Where nothing is the same, marks would only be noise.
  const useful = left?.some((it) => it.same && it.text.trim() !== '');
  return element('div', 'change',
    element('span', 'label', visible(column)),
    element('div', 'sides' + (isTall(a) || isTall(b) ? ' tall' : ''),
      valueElement(a, 'was', useful ? left : undefined),
      element('span', 'arrow', '→'),
      valueElement(b, 'is', useful ? right : undefined)));
}

function pairElement(column, value) {
  const shown = value !== null && value.length > 160 ? laidOut(value) : value;
  const wide = shown !== null && (shown.length > 90 || shown.includes('\n'));
  return element('span', 'pair' + (wide ? ' wide' : ''),
    element('span', 'label', visible(column) + ' '), valueElement(shown));
}

function rowElement({ number, row }) {
  const { columns, key } = tables[number];
  const [kind, values, before] = row;
  const keys = key.map((place) => visible(columns[place]) + ' ' + visible(values[place] ?? 'NULL'));
  const others = columns.map((_, place) => place).filter((place) => !key.includes(place));
  const pairs = (places) => element('div', 'pairs', ...places.map((it) => pairElement(columns[it], values[it])));
  const name = element('div', 'key', keys.join('\n'));
  let content;
  if (kind === '~') {
    const changed = Object.keys(before).map(Number);
    const same = others.filter((place) => !changed.includes(place));
    content = element('div', '', ...changed.map((it) => changeElement(columns[it], before[it], values[it])));
    if (same.length > 0) {
      const button = element('button', 'more', same.length + (same.length === 1 ? ' more column' : ' more columns'));
      button.onclick = () => {
        const shown = pairs(same);
        shown.classList.add('same');
        content.append(shown);
        button.remove();
      };
      name.append(button);
    }
  } else content = pairs(others);
  return element('article', 'row ' + kinds[kind], element('span', 'sign', kind),
    name, content);
}

let shown = [];
let at = 0;

function appendChunk() {
  const end = Math.min(at + chunk, shown.length);
  const made = document.createDocumentFragment();
  for (; at < end; at += 1) {
    const { number } = shown[at];
    if (at === 0 || shown[at - 1].number !== number) {
      const count = counts.get(number);
      made.append(element('h2', '', visible(tables[number].name), element('small', '', inRows(count))));
    }
    made.append(rowElement(shown[at]));
  }
  const added = [...made.children];
  list.append(made);
  highlight(added);
  $('end').hidden = at >= shown.length;
}

const inRows = (count) => count.toLocaleString('en') + (count === 1 ? ' row' : ' rows');
let counts = new Map();

function apply() {
  const found = all.filter(matches);
  const ofKind = found.filter(({ row }) => state.kinds.has(row[0]));
  const byTable = new Map();
  for (const { number } of ofKind) byTable.set(number, (byTable.get(number) ?? 0) + 1);
  counts = byTable;
  shown = state.table === null ? ofKind : ofKind.filter(({ number }) => number === state.table);
  at = 0;
  if (globalThis.CSS?.highlights) CSS.highlights.clear();
  list.replaceChildren();
  $('scroll').scrollTop = 0;
  if (shown.length === 0) list.append(element('p', 'empty', 'No row is like that.'));
  appendChunk();
  for (const button of document.querySelectorAll('.kind')) {
    const { kind } = button.dataset;
    button.setAttribute('aria-pressed', String(state.kinds.has(kind)));
    button.textContent = found.filter(({ row }) => row[0] === kind).length.toLocaleString('en') + ' ' + kinds[kind];
  }
  for (const button of document.querySelectorAll('nav button')) {
    const number = button.dataset.table === '' ? null : Number(button.dataset.table);
    const count = number === null ? ofKind.length : (byTable.get(number) ?? 0);
    button.querySelector('.count').textContent = count.toLocaleString('en');
    button.classList.toggle('none', count === 0);
    button.setAttribute('aria-current', String(state.table === number));
  }
  $('shown').textContent = inRows(shown.length) + (shown.length === all.length ? '' : ' of ' + all.length.toLocaleString('en'));
}

/** Marks what was searched for, where the browser can do that without other elements. */
function highlight(elements) {
  if (state.words.length === 0 || !globalThis.CSS?.highlights) return;
  const ranges = CSS.highlights.get('searched') ?? new Highlight();
  for (const root of elements) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      if (text.length !== node.data.length) continue;
      for (const word of state.words) {
        for (let i = text.indexOf(word); i !== -1; i = text.indexOf(word, i + word.length)) {
          const range = new Range();
          range.setStart(node, i);
          range.setEnd(node, i + word.length);
          ranges.add(range);
        }
      }
    }
  }
  CSS.highlights.set('searched', ranges);
}

for (const [number, name] of [['', 'all tables'], ...tables.map((it, i) => [String(i), it.name])]) {
  const button = element('button', '', element('span', 'name', visible(name)), element('span', 'count'));
  button.dataset.table = number;
  button.onclick = () => { state.table = number === '' ? null : Number(number); apply(); };
  $('tables').append(button);
}
for (const button of document.querySelectorAll('.kind')) {
  button.onclick = () => {
    const { kind } = button.dataset;
    if (!state.kinds.delete(kind)) state.kinds.add(kind);
    apply();
  };
}
let waiting;
$('search').oninput = ({ target }) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    state.words = target.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    apply();
  }, 80);
};
document.onkeydown = (event) => {
  if (event.key === '/' && document.activeElement !== $('search')) { event.preventDefault(); $('search').focus(); }
  if (event.key === 'Escape') { $('search').value = ''; $('search').oninput({ target: $('search') }); $('search').blur(); }
};
new IntersectionObserver((entries) => {
  if (entries.some((it) => it.isIntersecting) && at < shown.length) appendChunk();
}, { root: $('scroll'), rootMargin: '1500px' }).observe($('end'));
$('end').onclick = appendChunk;
apply();
`;
