/** A poll whose requests hang ends in time and keeps its position, and the next poll continues from there. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { createClient } from '../../lib/cleverreach/endpoints';
import { TemporaryError } from '../../lib/utils/errors';
import { createHttpClient } from '../../lib/http/httpClient';
import { poll } from '../../lib/polling/poll';
import { parseSnapshot, SNAPSHOT_ROOM } from '../../lib/polling/state/snapshot';
import { stateFor } from '../../lib/polling/state/startState';
import { fakeClock, recordingLogger, tokensInTurn } from '../support/http';
import { BY_DEFAULT } from '../support/polling/reconciliation';

const MINUTE_MS = 60_000;
const START = 1_764_000_000;

it('a poll with a hanging request ends at its time limit, keeps its snapshot, and the next poll continues', async () => {
  const clock = fakeClock(START * 1_000, 0);
  let isHanging = true;
  const rows = [1, 2, 3, 4, 5].map((id) => ({
    id,
    email: `r${id}@example.org`,
    registered: START - 90_000,
    active: true,
  }));
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://host');
    const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('pagesize'))];
    if (page > 0 && isHanging) {
      // the wait ends like a real one, after a minute without a response
      if (clock.elapsed() < START * 1_000 + MINUTE_MS) clock.advance(MINUTE_MS);
      request.socket.destroy();
    } else response.end(JSON.stringify(rows.slice(page * size, (page + 1) * size)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [sent, saved]: [string[], object[]] = [[], []];
  const run = async (): Promise<void> => {
    const endAt = clock.elapsed() + MINUTE_MS;
    const tokens = tokensInTurn('token-aaaaaaaaaaaaaaaa');
    const http = createHttpClient({ baseUrl, tokens, clock, logger: recordingLogger(), budgetSeconds: 300, endAt });
    const settings = { pageSize: 2, maxRunMinutes: 1, fullReadMinutes: 60, changeFilter: BY_DEFAULT };
    await poll(
      stateFor(parseSnapshot(saved.at(-1)), '7', undefined),
      { ...settings, groups: [{ id: '7', name: 'Newsletter' }], now: START, room: SNAPSHOT_ROOM['elastic.io'] },
      {
        api: createClient(http),
        clock,
        logger: recordingLogger(),
        traffic: () => ({ requests: http.requests, bytes: http.bytes }),
        emitter: {
          concurrency: 20,
          emit: ({ id }) => {
            sent.push(id);
            return Promise.resolve('sent');
          },
          flush: () => undefined,
          emitDeletion: () => Promise.reject(new Error('no receiver was deleted')),
        },
        save: (snapshot) => Promise.resolve(void saved.push(structuredClone(snapshot))),
      },
    );
  };
  try {
    const error: unknown = await run().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error === undefined || error instanceof TemporaryError).toBe(true);
    expect(clock.elapsed() - START * 1_000).toBeLessThan(2 * MINUTE_MS);
    expect(sent).toEqual(['1', '2']);
    expect(saved.at(-1)).toMatchObject({ read: expect.anything() as unknown });

    isHanging = false;
    await run();
    expect(sent).toEqual(['1', '2', '3', '4', '5']);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
