import { startRun } from 'hot-fixture/playwright';
import { options } from '../options.js';

export default async () => {
  const run = await startRun(options);
  return () => run.finish();
};
