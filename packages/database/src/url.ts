/** A URL as it may be shown: its password is left out, also one with an unescaped `@` in it. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:@]*):.*@/i, '$1@');
}
