import { expect, onTestFinished, test } from 'vitest';
import { Line } from '../src/build/line.js';
import { Metrics } from '../src/metrics.js';
import { Sources } from '../src/sources.js';
import { openStore } from '../src/store/open.js';
import { makeShop } from './daemon.js';
import { testFolder } from './folder.js';

test('figures tell how many connections of each source are there, lent and waited for', async () => {
  const folder = testFolder();
  const { url } = makeShop(folder);
  const sources = await Sources.open({ shop: { url, connections: 1 }, spare: { url } }, 3);
  onTestFinished(() => sources.close());
  const store = await openStore(folder);
  onTestFinished(() => store.destroy());
  const metrics = new Metrics();
  metrics.measure({ store, sources, downloads: { line: new Line(1) } });
  const figures = async () => {
    const lines = (await metrics.registry.metrics()).split('\n');
    return lines.filter((line) => line.startsWith('hfitd_source_'));
  };
  const shop = (inUse: number, waiting: number) => [
    'hfitd_source_connections{source="shop"} 1',
    'hfitd_source_connections{source="spare"} 3',
    `hfitd_source_connections_in_use{source="shop"} ${inUse}`,
    'hfitd_source_connections_in_use{source="spare"} 0',
    `hfitd_source_readers_waiting{source="shop"} ${waiting}`,
    'hfitd_source_readers_waiting{source="spare"} 0',
  ];
  const { database } = sources.find('shop');
  expect(await figures()).toEqual(shop(0, 0));
  const first = await database.snapshot();
  const second = database.snapshot();
  expect(await figures()).toEqual(shop(1, 1));
  await first.close();
  const snapshot = await second;
  expect(await figures()).toEqual(shop(1, 0));
  await snapshot.close();
  expect(await figures()).toEqual(shop(0, 0));
});
