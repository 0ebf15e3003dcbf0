import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import nock from 'nock';
import { TemporaryError } from '../../lib/utils/errors';
import { askService } from '../../lib/platform/platformService';
import { storedSnapshot } from '../../lib/platform/snapshotService';
import { recordingLogger, thrownBy, withServer } from '../support/http';

// sockets are real here
nock.restore();

const MEGABYTE = Buffer.alloc(1024 * 1024, ' ');
const MEGABYTES = 300;

function answering(headers: Record<string, string>): { listener: RequestListener; written: () => number } {
  let written = 0;
  const packed =
    headers['Content-Encoding'] === 'gzip' ? gzipSync(Buffer.alloc(MEGABYTES * MEGABYTE.length)) : undefined;
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, headers);
    const write = (): void => {
      for (; written < MEGABYTES && !response.destroyed; written += 1) {
        if (response.write(MEGABYTE)) continue;
        response.once('drain', write);
        return;
      }
      response.end();
    };
    if (packed) response.end(packed);
    else write();
  };
  return { listener, written: () => written };
}

describe('a response of 300 MB from a service of the platform', () => {
  it.each([
    ['plain', {}],
    ['compressed', { 'Content-Encoding': 'gzip' }],
  ])('is not read to its end: %s', async (_form, headers) => {
    const { listener, written } = answering(headers);
    const before = process.memoryUsage().rss;
    await withServer(listener, async (url) => {
      const error = await thrownBy(askService('The service', { method: 'GET', url }));
      expect(error).toBeInstanceOf(TemporaryError);
      expect(error.message).toMatch(
        /^The service could not be reached \(its response is larger than 32 MB\)\. .*retried/,
      );
    });
    expect(written()).toBeLessThan(100);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE.length);
  });

  it('does not count as a snapshot and causes no full read', async () => {
    await withServer(answering({}).listener, async (url) => {
      const call = storedSnapshot({
        context: {
          logger: recordingLogger(),
          emit: () => Promise.resolve(true),
          getConfig: () => ({ SNAPSHOTS_SERVICE_BASE_URL: url }),
        },
        message: {},
        cfg: {},
        snapshot: {},
        tokenData: { flowId: 'f1', stepId: 's1', apiKey: 'key' },
      });
      await expect(call).rejects.toThrow('no clear response (its response is larger than 32 MB)');
    });
  });
});
