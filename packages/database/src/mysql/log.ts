import type { ChangeLog } from '../log.js';

const absent = async (): Promise<never> => {
  throw new Error('The change log of this dialect is not built yet.');
};

export const log: ChangeLog = {
  status: absent,
  obstacle: absent,
  install: absent,
  remove: absent,
  checkpoint: absent,
  changes: absent,
  rewind: absent,
};
