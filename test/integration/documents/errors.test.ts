/** docs/errors.md lists what users see when something fails. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../../lib/utils/errors';
import { errorTexts } from '../../support/errorTexts';
import { useStage, type Stage } from '../../support/stage';
import { action, person, stepOfAll, stepOfOne } from '../../support/steps';
import type { FakeRuntime } from '../../support/runtime';
import { root } from '../../support/tools';

const page = readFileSync(path.join(root, 'docs/errors.md'), 'utf8');

interface Row {
  text: string;
  pattern: RegExp;
  /** The column "waiting helps". */
  helps: string;
}

/** The messages of the tables; `…` stands for anything. */
const rows: Row[] = [...page.matchAll(/^\| `(.+?)` +\|(.*)\|$/gm)].map(([, text = '', cells = '']) => ({
  text,
  pattern: new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('.*')}`,
    's',
  ),
  helps: cells.split('|')[1]?.trim() ?? '',
}));

/** The name of a record before its error. */
const NAMED = /^(?:Record no\. \d+|The record with [^:]+|Nothing was written for [^:]+): /;

const listed = (message: string): Row | undefined => rows.find(({ pattern }) => pattern.test(message));

describe('docs/errors.md', () => {
  it('lists every error and warning of lib', () => {
    const missing = errorTexts().filter(({ text }) => !listed(text));
    expect(missing).toEqual([]);
  });

  it('says of each message whether waiting helps', () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter(({ helps }) => !/^(yes|no|–)$/.test(helps))).toEqual([]);
  });
});

/** A way to fail: prepares the account and gives the step that fails, with its message. */
type Way = (stage: Stage) => { step: FakeRuntime; message?: unknown };

const JO = 'jo@example.org';
const incoming = (data: object = person(JO)): object => ({ metadata: {}, data });
const status = (code: number, options: object = {}) =>
  ({ path: /groups/, kind: 'status', status: code, ...options }) as const;

const WAYS: Readonly<Record<string, Way>> = {
  'an expired token that cannot be renewed': (stage) => {
    const key = stage.sandbox.issueToken().access_token;
    stage.sandbox.expireToken(key);
    return { step: stepOfOne({ ...stage, group: stage.group, credentials: { key } }) };
  },
  'a wrong client secret': ({ group, credentials, ...stage }) => ({
    step: stepOfOne({ ...stage, group, credentials: { ...credentials, client_secret: 'wrong' } }),
  }),
  'a group that was renamed': (stage) => ({
    step: stepOfOne(stage, { groupId: undefined, groupName: 'Newsletter 2' }),
  }),
  'a group that was deleted': (stage) => {
    const { group } = stage;
    stage.addGroup('Another');
    stage.sandbox.account.removeGroup(group);
    return { step: stepOfOne({ ...stage, group }) };
  },
  'an empty list of groups': (stage) => {
    stage.sandbox.faults.add({ path: '/groups', kind: 'body', body: [] });
    return { step: stepOfOne(stage) };
  },
  'an address that is blocked': (stage) => {
    stage.sandbox.account.block(JO);
    return { step: action(stage), message: incoming() };
  },
  'a record without an address': (stage) => ({ step: action(stage), message: incoming({ firstName: 'Jo' }) }),
  'a rate limit of an hour': (stage) => {
    stage.sandbox.faults.add(status(429, { headers: { 'Retry-After': '3600' } }));
    return { step: stepOfOne(stage) };
  },
  'a snapshot that cannot be read': (stage) => {
    const step = stepOfOne(stage);
    step.snapshot = { version: 2, broken: true };
    return { step };
  },
  'a network that is down': (stage) => {
    stage.sandbox.faults.add({ path: /groups/, kind: 'drop', times: 99 });
    return { step: stepOfOne(stage) };
  },
  'HTML instead of JSON': (stage) => {
    stage.sandbox.faults.add({
      path: /groups/,
      kind: 'html',
      times: 99,
      html: '<html><body>Please log in</body></html>',
    });
    return { step: stepOfOne(stage) };
  },
  'a missing scope': (stage) => {
    const key = stage.sandbox.issueToken({ scopes: ['groups'] }).access_token;
    return { step: stepOfOne({ ...stage, group: stage.group, credentials: { key } }) };
  },
  'a message that is too large': (stage) => ({
    step: action(stage),
    message: incoming(person(JO, { firstName: 'x'.repeat(2_000_000) })),
  }),
  'a custom mapping that needs too long': (stage) => ({
    step: action(stage, { customMapping: '$sum([1..9000].($sum([1..9000])))' }),
    message: incoming(),
  }),
  'an attribute that the account does not define': (stage) => ({
    step: action(stage),
    message: incoming(person(JO, { addresses: [{ city: 'Kiel' }] })),
  }),
  'a form that does not exist': (stage) => ({
    step: action(stage, { newReceivers: 'unconfirmed', doiFormId: '99' }),
    message: incoming(),
  }),
  'an unknown field': (stage) => ({ step: action(stage, { dryrun: true }), message: incoming() }),
  'no credentials': ({ group, ...stage }) => ({ step: stepOfAll({ ...stage, group, credentials: {} }) }),
};

describe('docs/errors.md lists the error of', () => {
  const enter = useStage();

  it.each(Object.entries(WAYS))('%s', async (_, way) => {
    const stage = await enter();
    const { step, message } = way(stage);
    const { error } = await stage.attempt(step, message);
    const [reported = step.log.find((line) => line.startsWith('warn '))?.slice('warn '.length)] = step.of('rebound');
    const text = messageOf(error ?? reported).replace(/^Error: /, '');
    expect(text).not.toBe('undefined');
    expect(listed(text.replace(NAMED, ''))).toBeDefined();
  });
});
