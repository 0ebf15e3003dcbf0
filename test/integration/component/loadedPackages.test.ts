import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '../../../sandbox';

const root = path.join(__dirname, '../../..');
const run = promisify(execFile);

/** The packages that a new process has loaded after `script`. Uses the build in `dist`. */
async function loadedBy(script: string, env: Record<string, string> = {}): Promise<Set<string>> {
  const printLoaded = "console.log('loaded ' + Object.keys(require.cache).join(' '))";
  const text = `(async () => { ${script} })().then(() => { ${printLoaded}; process.exit(); })`;
  const { PATH = '' } = process.env;
  const { stdout } = await run(process.execPath, ['-e', text], { cwd: root, env: { PATH, ...env } });
  const files = stdout.split('loaded ')[1]?.split(' ') ?? [];
  return new Set(files.map((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? ''));
}

/** One poll with these credentials, on elastic.io or on OIH. */
const poll = (credentials: Record<string, string>, kind: 'elastic.io' | 'oih'): string => `
  const log = () => undefined;
  const context = { errorCount: 0, logger: { debug: log, info: log, warn: log, error: log }, emit: async () => true };
  const cfg = ${JSON.stringify(credentials)};
  const args = ${kind === 'oih' ? "[{}, { flowId: 'flow', stepId: 'step_1' }]" : '[]'};
  await require('./dist/triggers/getReceiversPolling').process.call(context, {}, cfg, {}, ...args);`;

describe('a process loads only what it needs:', () => {
  let sandbox: Sandbox;
  let key: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    sandbox.seed({ receivers: 3 });
    key = sandbox.issueToken().access_token;
  });

  afterAll(() => sandbox.close());

  it.each(['triggers/getReceiversPolling', 'triggers/getReceiversByGroupIdPolling', 'actions/upsertReceiver'])(
    'no OAuth client and no elasticio-node when it loads %s',
    async (main) => {
      const packages = await loadedBy(`require('./dist/${main}')`);
      expect(packages).toContain('axios');
      expect(packages).not.toContain('simple-oauth2');
      expect(packages).not.toContain('elasticio-node');
    },
  );

  it('no mapping engine to check credentials', async () => {
    const packages = await loadedBy("require('./dist/verifyCredentials')");
    expect(packages).toContain('axios');
    expect(packages).not.toContain('jsonata');
  });

  it('no OAuth client to send receivers with a fixed token', async () => {
    const packages = await loadedBy(poll({ key }, 'elastic.io'), { CLEVERREACH_URL: sandbox.url });
    expect(packages).toContain('elasticio-node');
    expect(packages).not.toContain('simple-oauth2');
  });

  it('an OAuth client to request a token, and no elasticio-node on OIH', async () => {
    const { id, secret } = sandbox.client;
    const credentials = { client_id: id, client_secret: secret };
    const packages = await loadedBy(poll(credentials, 'oih'), { CLEVERREACH_URL: sandbox.url });
    expect(packages).toContain('simple-oauth2');
    expect(packages).not.toContain('elasticio-node');
  });
});
