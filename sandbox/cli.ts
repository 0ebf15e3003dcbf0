import { parseArgs, type ParseArgsConfig } from 'node:util';
import { startSandbox, type Sandbox } from './index';
import { readSwitches, switchHelp, UsageError } from './cliSwitches';

const help = `A local CleverReach account over HTTP on 127.0.0.1.

  npm run sandbox -- [options]

  --groups N            how many groups to fill, each with a form for double opt-in (2)
  --receivers N         receivers of each group (100)
  --port N              port to listen on (0: a free one)
  --client-id ID        id of the OAuth app (sandbox)
  --client-secret TEXT  its secret (sandbox-secret)
  --switch NAME=VALUE   an answer that CleverReach leaves open; may be repeated
  --help                this text

Switches, the default first:

${switchHelp()}`;

const noSettings: string[] = [];

const options = {
  groups: { type: 'string', default: '2' },
  receivers: { type: 'string', default: '100' },
  port: { type: 'string', default: '0' },
  'client-id': { type: 'string', default: 'sandbox' },
  'client-secret': { type: 'string', default: 'sandbox-secret' },
  switch: { type: 'string', multiple: true, default: noSettings },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsConfig['options'];

/** Runs until SIGINT or SIGTERM. */
async function main(args: string[]): Promise<void> {
  const values = readArguments(args);
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const port = readNumber('port', values.port, 65_535);
  const groups = readNumber('groups', values.groups, 1000);
  const receivers = readNumber('receivers', values.receivers, 10_000_000);
  const client = { id: values['client-id'], secret: values['client-secret'] };
  const switches = readSwitches(values.switch);
  const sandbox = await startSandbox({ port, switches, client, record: false });
  const seeded = sandbox.seed({ groups, receivers });
  const forms = seeded.groups.map((groupId) => sandbox.account.addForm({ groupId, name: 'Double opt-in' }).id);
  process.stdout.write(greeting(sandbox, seeded.groups, forms));
  const stop = () => {
    sandbox.close().then(() => process.exit(0), fail);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

function readNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw new UsageError(`--${name} must be a whole number from 0 to ${max}, not '${text}'`);
  return value;
}

function greeting(sandbox: Sandbox, groups: readonly string[], forms: readonly number[]): string {
  const token = sandbox.issueToken();
  const [group] = groups;
  const path = group === undefined ? 'groups' : `groups/${group}/receivers?pagesize=2&detail=5`;
  return `CleverReach sandbox at ${sandbox.url}
  page           ${sandbox.page} (groups and receivers, to look at and to change by hand)
  groups         ${groups.join(', ') || 'none'}
  forms          ${forms.length > 0 ? `${forms.join(', ')} (one of each group, for double opt-in)` : 'none'}
  client id      ${sandbox.client.id}
  client secret  ${sandbox.client.secret}
  access token   ${token.access_token}
  refresh token  ${token.refresh_token}

  curl -H 'Authorization: Bearer ${token.access_token}' '${sandbox.url}/v3/${path}'

To run something against it, such as npm run flow -- flows/group-to-group.json --dry-run:
export CLEVERREACH_URL=${sandbox.url}
export CLEVERREACH_CLIENT_ID=${sandbox.client.id}
export CLEVERREACH_CLIENT_SECRET=${sandbox.client.secret}
export CLEVERREACH_ACCESS_TOKEN=${token.access_token}
export CLEVERREACH_REFRESH_TOKEN=${token.refresh_token}
`;
}

function fail(error: unknown): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

main(process.argv.slice(2)).catch(fail);
