/** One list out of several, each word once, in the order in which they first stand. */
export function words(...lists: (readonly string[] | null | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
