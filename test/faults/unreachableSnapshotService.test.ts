import nock from 'nock';
import { TemporaryError } from '../../lib/utils/errors';
import { storedSnapshot } from '../../lib/platform/snapshotService';
import { recordingLogger, withServer } from '../support/http';

// only a real socket can refuse
nock.restore();

describe('a snapshots service of OIH that cannot be reached', () => {
  it('is an error that states why, never a silent full read, and does not show the key', async () => {
    let address = '';
    await withServer(
      (_, response) => response.end(),
      (url) => {
        address = url;
        return Promise.resolve();
      },
    );
    const failure: unknown = await storedSnapshot({
      context: {
        logger: recordingLogger(),
        emit: () => Promise.resolve(true),
        getConfig: () => ({ SNAPSHOTS_SERVICE_BASE_URL: address }),
      },
      message: {},
      cfg: {},
      snapshot: {},
      tokenData: { flowId: 'f1', stepId: 's1', apiKey: 'iam-token' },
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TemporaryError);
    expect(String(failure)).toMatch(/\(ECONNREFUSED\).*next poll/);
    expect(JSON.stringify(failure)).not.toContain('iam-token');
  });
});
