import type { Dialect } from '../dialect.js';

const absent = async (): Promise<never> => {
  throw new Error('Edits of this dialect are not built yet.');
};

export const edit: Pick<
  Dialect,
  'muteTriggers' | 'deleteRows' | 'updateRows' | 'readSequences' | 'writeSequences' | 'checksum'
> = {
  muteTriggers: async () => [],
  deleteRows: absent,
  updateRows: absent,
  readSequences: absent,
  writeSequences: absent,
  checksum: absent,
};
