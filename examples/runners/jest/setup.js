import { startRun } from 'hot-fixture/jest';
import { options } from '../options.js';

export default async () => {
  globalThis.hotFixtureRun = await startRun(options);
};
