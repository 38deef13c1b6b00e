import { isPrintable } from './yaml-scalar.js';

type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };

/** The two ways in which databases write JSON: with a space after a colon and a comma, or without. */
export const styles = { json: ' ', compactJson: '' } as const;
export type Style = keyof typeof styles;

/** Shorter ones are read as easily within quotes. */
const least = 30;

/** A text of JSON as a tree that gives the same text again; null where it would not. */
export function treeOf(text: string): { style: Style; tree: Json } | null {
  if (text.length < least || !/^[[{]/.test(text) || !isPrintable(text)) return null;
  if (text.includes('__proto__')) return null;
  let tree: Json;
  try {
    tree = JSON.parse(text) as Json;
  } catch {
    return null;
  }
  for (const style of Object.keys(styles) as Style[]) {
    if (jsonText(tree, styles[style]) === text) return { style, tree };
  }
  return null;
}

/** @param space what stands after a colon and a comma */
export function jsonText(tree: Json, space: string): string {
  if (Array.isArray(tree)) {
    return `[${tree.map((it) => jsonText(it, space)).join(`,${space}`)}]`;
  }
  if (typeof tree === 'object' && tree !== null) {
    const entries = Object.entries(tree).map(
      ([name, value]) => `${JSON.stringify(name)}:${space}${jsonText(value, space)}`,
    );
    return `{${entries.join(`,${space}`)}}`;
  }
  return typeof tree === 'bigint' ? String(tree) : JSON.stringify(tree);
}
