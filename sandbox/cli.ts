import { randomInt } from 'node:crypto';
import { messageOf } from '../lib/utils/errors';
import { runCommand, UsageError, wholeNumber, type Values } from '../tools/lib/args';
import { complain } from '../tools/lib/terminal';
import { allScopes, startSandbox, type Sandbox, type Switches } from './index';
import { profileOf, readProfile } from './profile';
import { readSwitches, switchHelp } from './cliSwitches';
import type { Fault } from './faults';
import { faultExample, faultText, parseFault } from './faultText';
import { eventLimit } from './wire';

const usage = `A local CleverReach account over HTTP on 127.0.0.1.

  npm run sandbox -- [options]

  --groups N            how many groups to fill, each with a form and a flow for double opt-in (2)
  --receivers N         receivers of each group (100)
  --events N            events of each receiver, 0 to 250, as weekly newsletters leave them (a few)
  --account-id N        id of the account (a new one each time)
  --port N              port to listen on (0: a free one)
  --client-id ID        id of the OAuth app (sandbox)
  --client-secret TEXT  its secret (sandbox-secret)
  --without-scope NAME  a scope that the OAuth app and so each token lacks; may be repeated. One of ${allScopes.slice(0, 5).join(', ')},
                        ${allScopes.slice(5).join(', ')}: each is needed for the paths that contain it, oa_flows for flows.
                        Such a request is answered with the status of the switch missingScope
  --fault FAULT         a fault of the API, such as "${faultExample}"; may be repeated
  --profile FILE        answer as the account of this profile of "npm run probe" does
  --switch NAME=VALUE   how to answer where CleverReach's behaviour is unknown; may be repeated, wins over the profile
  --help                this text

Exit code: 0; 1 if the sandbox could not start or stop; 2 if the command line is invalid.

A fault is an effect, "on", and the requests that it affects:

  429 retry-after=3   a status from 400 to 599 with an error as JSON; retry-after, in seconds, may follow any of them
  503 html            the status with an HTML page, as of a proxy or of a maintenance; also with retry-after
  html                200 with an HTML page
  delay=2000          the regular answer, that many milliseconds later, at most 600000
  drop                the connection breaks before an answer

  on [GET|POST|PUT|PATCH|DELETE] PATH, where * stands for any characters: /groups, /groups/*/receivers, *
  every 5 (only each fifth request), times 3 (then the fault ends), after 10 (the first ten pass)

The page lists the faults; there, faults can be added and removed while the sandbox runs.

Switches, the default first:

${switchHelp()}`;

const MAX_ACCOUNT_ID = 999_999;

const none: string[] = [];

const options = {
  groups: { type: 'string', default: '2' },
  receivers: { type: 'string', default: '100' },
  events: { type: 'string' },
  'account-id': { type: 'string' },
  port: { type: 'string', default: '0' },
  'client-id': { type: 'string', default: 'sandbox' },
  'client-secret': { type: 'string', default: 'sandbox-secret' },
  'without-scope': { type: 'string', multiple: true, default: none },
  fault: { type: 'string', multiple: true, default: none },
  profile: { type: 'string' },
  switch: { type: 'string', multiple: true, default: none },
} as const;

/** Runs until SIGINT or SIGTERM. */
async function main(values: Values<typeof options>): Promise<void> {
  const port = wholeNumber('port', values.port, 0, 65_535);
  const groups = wholeNumber('groups', values.groups, 0, 1000);
  const receivers = wholeNumber('receivers', values.receivers, 0, 10_000_000);
  const events = values.events === undefined ? undefined : wholeNumber('events', values.events, 0, eventLimit);
  const given = values['account-id'];
  const accountId =
    given === undefined ? randomInt(100_000, MAX_ACCOUNT_ID) : wholeNumber('account-id', given, 1, MAX_ACCOUNT_ID);
  const client = { id: values['client-id'], secret: values['client-secret'] };
  const switches = { ...profileIn(values.profile), ...readSwitches(values.switch) };
  const faults = values.fault.map(readFault);
  const scopes = scopesWithout(values['without-scope']);
  const sandbox = await startSandbox({ port, switches, client, accountId, scopes, record: false });
  const seeded = sandbox.seed({ groups, receivers, ...(events !== undefined && { events }) });
  const { optInForms } = sandbox.switches;
  const { account } = sandbox;
  const idsOf = (add: (form: { groupId: string; name: string }) => { id: string | number }): string[] =>
    seeded.groups.map((groupId) => String(add({ groupId, name: 'Double opt-in' }).id));
  const forms = optInForms === 'flows' ? [] : idsOf((form) => account.addForm(form));
  const flows = optInForms === 'forms' ? [] : idsOf((flow) => account.addFlow(flow));
  for (const fault of faults) sandbox.faults.add(fault);
  process.stdout.write(greeting(sandbox, accountId, seeded.groups, { forms, flows }));
  const stop = () => {
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(messageOf(error));
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** @throws UsageError */
function scopesWithout(names: readonly string[]): string[] {
  const unknown = names.find((name) => !allScopes.some((scope) => scope === name));
  if (unknown !== undefined)
    throw new UsageError(`--without-scope must be one of ${allScopes.join(', ')}, not '${unknown}'.`);
  return allScopes.filter((scope) => !names.includes(scope));
}

function readFault(text: string): Fault {
  try {
    return parseFault(text);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** @throws UsageError */
function profileIn(file: string | undefined): Partial<Switches> {
  try {
    return file === undefined ? profileOf(process.env) : readProfile(file);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

function greeting(
  sandbox: Sandbox,
  accountId: number,
  groups: readonly string[],
  optIn: { forms: readonly string[]; flows: readonly string[] },
): string {
  const token = sandbox.issueToken();
  const [group] = groups;
  const path = group === undefined ? 'groups' : `groups/${group}/receivers?pagesize=2&detail=5`;
  return `CleverReach sandbox at ${sandbox.url}
  page           ${sandbox.page} (view and edit groups and receivers, add faults)
  account        ${accountId}
  groups         ${groups.map((id) => `${id} "${sandbox.account.groupName(id)}"`).join(', ') || 'none'}
  forms          ${ofEachGroup(optIn.forms)}
  flows          ${ofEachGroup(optIn.flows)}
  faults         ${sandbox.faults.list.map(({ fault }) => faultText(fault)).join('; ') || 'none'}
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

function ofEachGroup(ids: readonly string[]): string {
  return ids.length > 0 ? `${ids.join(', ')} (one of each group, for double opt-in)` : 'none';
}

runCommand({ usage, options }, ({ values }) => main(values));
