import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from '@playwright/test';
import { hotFixture } from 'hot-fixture/playwright';
import { options } from '../options.js';
import { Shop } from '../shop.js';

/** Each worker starts the application on its own database. */
const test = hotFixture(options).extend({
  application: [
    async ({ databaseUrl }, use) => {
      const shop = new Shop(databaseUrl);
      const server = createServer(async (request, response) => {
        const title = decodeURIComponent(request.url.slice(1));
        if (request.method === 'POST') await shop.sell(title);
        response.end(String(await shop.stock(title)));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      await use({ shop, url: `http://127.0.0.1:${server.address().port}` });
      server.closeAllConnections();
      server.close();
      await shop.close();
    },
    { scope: 'worker' },
  ],
});

for (const round of [1, 2, 3]) {
  test(`sells a book, round ${round}`, async ({ application, request }) => {
    const answer = await request.post(`${application.url}/Momo`);
    expect(await answer.text()).toBe('1');
  });

  test(`sells what a fixture has ordered, round ${round}`, async ({
    application,
    request,
    fixtures,
  }) => {
    await fixtures.register('emma', () => application.shop.order('Emma', 5));
    const answer = await request.post(`${application.url}/Emma`);
    expect(await answer.text()).toBe('4');
  });
}
