/** What a dry run says of a plan, to the letter. */

import { RecordError } from '../../../../lib/utils/errors';
import { dryRunOf, dryRunOfDeletion, dryRunOfRefusal } from '../../../../lib/upsert/output/dryRun';
import type { Types } from '../../../../lib/upsert/plan/attributeFilter';
import type { Candidate } from '../../../../lib/upsert/plan/candidate';
import type { Plan } from '../../../../lib/upsert/plan/plan';
import type { WriteSettings } from '../../../../lib/upsert/writeSettings';
import { receiver } from '../../../support/receiver';

const group = { id: '9', name: 'News' };
const stored = receiver('7', { email: 'a@b.cd', attributes: { a: 'x' }, tags: ['t', 'o.1'] });
const said = (
  plan: Plan,
  candidate: Partial<Candidate> = {},
  settings: Pick<WriteSettings, 'doiFormId'> = {},
  types?: Types,
): unknown => {
  const row = { attributes: {}, global_attributes: {}, tags: [], doidata: {} };
  const whole: Candidate = {
    position: 0,
    name: 'record no. 1',
    row,
    notices: [],
    newReceivers: 'active',
    ...candidate,
  };
  const outcome = dryRunOf(plan, whole, group, { settings, types });
  return outcome.kind === 'dryRun' ? outcome.preview : outcome;
};
const fixed = { dryRun: true, group };
const meant = { id: '7', email: 'a@b.cd' };

describe('a dry run states', () => {
  it('the address, the state and the values of a new receiver', () => {
    const write = { email: 'n@b.cd', attributes: { a: '1' }, global_attributes: { g: '2' }, tags: ['t'] };
    const changes = {
      attributes: { a: { to: '1' } },
      global_attributes: { g: { to: '2' } },
      tags: { add: ['t'], remove: [] },
    };
    expect(said({ kind: 'create', write }, {}, { doiFormId: '5' })).toStrictEqual({
      ...fixed,
      wouldDo: 'create',
      receiver: { email: 'n@b.cd' },
      state: 'active',
      changes,
      reasons: [],
    });
    expect(said({ kind: 'createUnconfirmed', write }, {}, { doiFormId: '5' })).toStrictEqual({
      ...fixed,
      wouldDo: 'create',
      receiver: { email: 'n@b.cd' },
      state: 'unconfirmed',
      doiFormId: '5',
      changes,
      reasons: [],
    });
    expect(
      said(
        { kind: 'createUnconfirmed', write: { email: 'n@b.cd' } },
        { heldBack: 'The record is not active (field "active").' },
        { doiFormId: '5' },
      ),
    ).toStrictEqual({
      ...fixed,
      wouldDo: 'create',
      receiver: { email: 'n@b.cd' },
      state: 'unconfirmed',
      changes: {},
      reasons: ['The record is not active (field "active").'],
    });
  });

  it('that a new unconfirmed receiver would get no mail, because the step has no form', () => {
    expect(said({ kind: 'createUnconfirmed', write: { email: 'n@b.cd' } })).toMatchObject({
      state: 'unconfirmed',
      reasons: ['No double-opt-in mail would be sent, because "doiFormId" of the step is empty.'],
    });
    expect(said({ kind: 'create', write: { email: 'n@b.cd' } })).toMatchObject({ state: 'active', reasons: [] });
  });

  describe('of a new receiver whose address another group has', () => {
    const elsewhere = { ...stored, global_attributes: { Name: 'Jo', age: '5,0', city: 'Kiel' } };
    const types: Types = { attributes: new Map(), global_attributes: new Map([['age', 'number']]) };
    const reason = 'Receiver 7 of another group has this address, so changes to "global_attributes" apply there too.';

    it('the values of the account that would change, and not those that are equal', () => {
      const write = {
        email: 'a@b.cd',
        attributes: { a: 'x' },
        global_attributes: { name: 'Jo', age: '5', city: 'Bonn' },
      };
      expect(said({ kind: 'create', write, elsewhere }, {}, {}, types)).toMatchObject({
        changes: { attributes: { a: { to: 'x' } }, global_attributes: { city: { from: 'Kiel', to: 'Bonn' } } },
        reasons: [reason],
      });
    });

    it('nothing about the account if all of its values are equal', () => {
      const write = { email: 'a@b.cd', global_attributes: { name: 'Jo' }, tags: ['t'] };
      expect(said({ kind: 'create', write, elsewhere }, {}, {}, types)).toStrictEqual({
        ...fixed,
        wouldDo: 'create',
        receiver: { email: 'a@b.cd' },
        state: 'active',
        changes: { tags: { add: ['t'], remove: [] } },
        reasons: [],
      });
    });

    it.each([
      ['blanks', '  ', ''],
      ['other blanks', 'Kiel', ' Kiel'],
      ['another composition of letters', 'M\u00fcnchen', 'Mu\u0308nchen'],
      ['another word for a gender', 'female', 'Frau'],
    ])('a value that would be stored with %s', (_, from, to) => {
      const write = { email: 'a@b.cd', global_attributes: { city: to } };
      for (const type of ['text', 'gender', 'unknown'])
        expect(
          said(
            { kind: 'create', write, elsewhere: { ...elsewhere, global_attributes: { city: from } } },
            {},
            {},
            type === 'unknown' ? undefined : { attributes: new Map(), global_attributes: new Map([['city', type]]) },
          ),
        ).toMatchObject({ changes: { global_attributes: { city: { from, to } } } });
    });

    it('a value under its earlier one although the account writes the name with capitals', () => {
      const write = { email: 'a@b.cd', global_attributes: { name: 'Ann' } };
      expect(said({ kind: 'create', write, elsewhere })).toMatchObject({
        changes: { global_attributes: { name: { from: 'Jo', to: 'Ann' } } },
      });
    });
  });

  it('the old and the new form of every changed value, and which values are omitted', () => {
    const write = { email: 'a@b.cd', attributes: { a: 'y', b: 'z' }, tags: ['u', '-o.*'] };
    expect(said({ kind: 'update', stored, write }, { notices: ['Left out.'] })).toStrictEqual({
      ...fixed,
      wouldDo: 'update',
      receiver: meant,
      changes: {
        attributes: { a: { from: 'x', to: 'y' }, b: { from: '', to: 'z' } },
        tags: { add: ['u'], remove: ['o.1'] },
      },
      reasons: ['Left out.'],
    });
  });

  it('both addresses of an address change, and the other changes', () => {
    expect(said({ kind: 'move', stored, email: 'n@b.cd' })).toStrictEqual({
      ...fixed,
      wouldDo: 'changeAddress',
      receiver: meant,
      changes: { email: { from: 'a@b.cd', to: 'n@b.cd' } },
      reasons: [],
    });
    const write = { email: 'n@b.cd', global_attributes: { g: '1' } };
    expect(said({ kind: 'move', stored, email: 'n@b.cd', write })).toMatchObject({
      changes: { email: { from: 'a@b.cd', to: 'n@b.cd' }, global_attributes: { g: { from: '', to: '1' } } },
    });
  });

  it.each([
    [{ deactivated: 5, bounced: 5 }, 'The receiver has unsubscribed; its state does not change.'],
    [{ bounced: 5 }, 'The receiver has bounced; its state does not change.'],
    [{}, 'The receiver has not confirmed; its state does not change.'],
  ])('for a receiver with %j that the state does not change', (members, reason) => {
    const inactive = { ...stored, active: false, ...members };
    expect(said({ kind: 'same', stored: inactive })).toStrictEqual({
      ...fixed,
      wouldDo: 'nothing',
      receiver: meant,
      reasons: ['Nothing differs.', reason],
    });
    expect(said({ kind: 'update', stored: inactive, write: { email: 'a@b.cd' } })).toMatchObject({ reasons: [reason] });
    expect(said({ kind: 'move', stored: inactive, email: 'n@b.cd' })).toMatchObject({ reasons: [reason] });
  });

  it('why a receiver would be skipped', () => {
    const row = { email: 'n@b.cd', attributes: {}, global_attributes: {}, tags: [], doidata: {} };
    expect(said({ kind: 'skip', reason: 'so it is set' }, { row })).toStrictEqual({
      ...fixed,
      wouldDo: 'skip',
      receiver: { email: 'n@b.cd' },
      reasons: ['so it is set.'],
    });
    expect(said({ kind: 'skip', reason: 'so it is set' })).toStrictEqual({
      ...fixed,
      wouldDo: 'skip',
      reasons: ['so it is set.'],
    });
  });

  it('the error of a record that would be refused', () => {
    const error = new RecordError('no address');
    expect(said({ kind: 'refuse', error })).toEqual({ kind: 'failed', error });
    expect(dryRunOfRefusal(error)).toStrictEqual({ dryRun: true, wouldDo: 'refuse', reasons: ['no address'] });
  });
});

describe('for a deletion, a dry run states', () => {
  const deleted = { kind: 'deleted', outcome: 'confirmed', recordUid: '7' } as const;
  it('the receiver and the group', () => {
    expect(dryRunOfDeletion(deleted, ['7'], group)).toStrictEqual({
      ...fixed,
      wouldDo: 'delete',
      receiver: { id: '7' },
      reasons: [],
    });
  });

  it('that it would apply to all groups', () => {
    expect(dryRunOfDeletion(deleted, ['7'], undefined)).toStrictEqual({
      dryRun: true,
      wouldDo: 'delete',
      receiver: { id: '7' },
      reasons: ['The step names no group, so the receiver would be deleted from all groups.'],
    });
  });

  it('all receivers that would be deleted, if the address has several spellings', () => {
    expect(dryRunOfDeletion(deleted, ['7', '8'], group)).toMatchObject({
      wouldDo: 'delete',
      reasons: ['The receivers 7, 8, which have the same address in different spellings, would be deleted.'],
    });
  });

  it('that the receiver does not exist', () => {
    expect(dryRunOfDeletion({ kind: 'deleted', outcome: 'confirmed' }, [], undefined)).toStrictEqual({
      dryRun: true,
      wouldDo: 'nothing',
      reasons: ['No receiver to delete; the request would be confirmed.'],
    });
  });

  it.each([
    ['denied', 'deny'],
    ['failed', 'refuse'],
  ] as const)('why it would be %s', (outcome, wouldDo) => {
    expect(dryRunOfDeletion({ kind: 'deleted', outcome, reason: 'so' }, [], group)).toStrictEqual({
      ...fixed,
      wouldDo,
      reasons: ['so'],
    });
  });
});

describe('a dry run of an opt-out names the receivers that would be deactivated', () => {
  const other = receiver('8', { email: 'A@b.cd' });
  const gone = { ...stored, active: false };
  const optOut = { optOut: 'here' } as const;

  it.each([
    [{ stored }, 'the receiver would be deactivated in this group.'],
    [
      { stored: gone, others: [other] },
      'receiver 8, which has the same address in another spelling, would be deactivated in this group.',
    ],
    [
      { stored, others: [other] },
      'the receivers 7, 8, which have the same address in different spellings, would be deactivated in this group.',
    ],
  ])('if the step carries it out (%#)', (receivers, what) => {
    expect(said({ kind: 'same', optsOut: true, ...receivers }, optOut)).toMatchObject({
      wouldDo: 'unsubscribe',
      receiver: meant,
      reasons: [`The record is an opt-out; ${what}`],
    });
  });

  it.each([
    [{ stored }, 'the receiver stays active'],
    [{ stored: gone, others: [other] }, 'receiver 8, which has the same address in another spelling, stays active'],
    [
      { stored, others: [other] },
      'the receivers 7, 8, which have the same address in different spellings, stay active',
    ],
  ])('even if the step does not carry it out (%#)', (receivers, what) => {
    expect(said({ kind: 'same', ...receivers }, optOut)).toMatchObject({
      wouldDo: 'nothing',
      reasons: ['Nothing differs.', `The record is an opt-out, but ${what}, because "optOuts" of the step is not set.`],
    });
  });
});
