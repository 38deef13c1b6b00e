/** What the URL of a server that daemons share must look like. */
export interface ServerUrl {
  fits(text: string): boolean;
  readonly advice: string;
}

export const isStore: ServerUrl = {
  fits: (text) => hasScheme(text, ['postgresql:', 'postgres:']),
  advice: 'must be a URL that begins with postgresql://',
};

export const isRedis: ServerUrl = {
  fits: (text) => hasScheme(text, ['redis:', 'rediss:']),
  advice: 'must be a URL that begins with redis:// or rediss://',
};

function hasScheme(text: string, schemes: readonly string[]): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol);
}
