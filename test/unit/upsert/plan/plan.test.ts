/** An opt-out is about every active receiver of the group with its address. */

import type { Candidate } from '../../../../lib/upsert/plan/candidate';
import { activeOf, planRecord } from '../../../../lib/upsert/plan/plan';
import { createStoredSpellings } from '../../../../lib/upsert/plan/storedSpellings';
import { RecordError } from '../../../../lib/utils/errors';
import { receiver } from '../../../support/receiver';
import { row, settings } from '../../../support/upsert/records';

const left = receiver('1', { email: 'jo@m\u00fcller.de', active: false });
const active = receiver('2', { email: 'jo@xn--mller-kva.de' });

const planned = (optOuts: boolean, optOut?: 'here', invalid?: RecordError) => {
  const context = {
    groupId: '9',
    types: undefined,
    spellings: createStoredSpellings(),
    clock: { now: () => 0, elapsed: () => 0 },
    settings: settings({ optOuts }),
  };
  const candidate: Candidate = {
    position: 0,
    name: 'record no. 1',
    row: row({ email: active.email }),
    notices: [],
    newReceivers: 'active',
    ...(optOut && { optOut }),
    ...(invalid && { invalid }),
  };
  const { plan } = planRecord(
    { candidate, stored: left, others: [active, { ...active, id: '3', active: false }] },
    context,
  );
  return {
    optsOut: 'optsOut' in plan,
    kind: plan.kind,
    active: 'stored' in plan ? activeOf(plan).map(({ id }) => id) : undefined,
  };
};

describe('the plan of an opt-out', () => {
  it('deactivates the active receivers, even if the one to write to is inactive', () => {
    expect(planned(true, 'here')).toEqual({ optsOut: true, kind: 'same', active: ['2'] });
  });

  it('names the active receivers even if the step does not carry out opt-outs', () => {
    expect(planned(false, 'here')).toEqual({ optsOut: false, kind: 'same', active: ['2'] });
  });

  it('deactivates the active receivers even if the rest of the record is invalid', () => {
    expect(planned(true, 'here', new RecordError('no'))).toEqual({ optsOut: true, kind: 'refuse', active: ['2'] });
  });

  it('is the plan of an ordinary record if the record is no opt-out', () => {
    expect(planned(true)).toEqual({ optsOut: false, kind: 'same', active: [] });
  });
});
