import { ChangeFilter } from '../../../../lib/polling/changes/changeFilter';
import { receiver } from '../../../support/receiver';

const row = receiver('1', { registered: 10, activated: 10, deactivated: 20, tags: ['Shop.VIP', 'early bird'] });
const of = (types: ConstructorParameters<typeof ChangeFilter>[0]['types'], tag?: string): ChangeFilter =>
  new ChangeFilter({ types, tag });

describe('a step that asks for some changes', () => {
  it('sends a receiver if one of its reasons is requested, with the newest such reason', () => {
    expect(of(['new']).select(row, ['new', 'unsubscribed'])).toEqual(['new']);
    expect(of(['unsubscribed', 'new']).select(row, ['new', 'unsubscribed'])).toEqual(['unsubscribed', 'new']);
    expect(of(['changed', 'bounced']).select(row, ['new', 'unsubscribed'])).toEqual([]);
    expect(of(['changed']).select(row, ['changed'])).toEqual(['changed']);
    expect(of(['changed']).select(row, [])).toEqual([]);
    expect(of(['new']).select(row, ['changed'])).toEqual([]);
    // a repeated reason counts once
    expect(of(['new', 'changed']).select(row, ['changed', 'new', 'new'])).toEqual(['new', 'changed']);
  });

  it.each(['Shop.VIP', 'shop.vip', ' SHOP.VIP ', 'early bird', 'Early\u00a0Bird', 'early\u200b  bird'])(
    'sends a receiver that has the tag in any spelling: %j',
    (tag) => {
      expect(of(['new'], tag).select(row, ['new'])).toEqual(['new']);
    },
  );

  it.each(['VIP', 'shop', 'earlybird', 'other'])('does not send a receiver that has other tags only: %s', (tag) => {
    expect(of(['new'], tag).select(row, ['new'])).toEqual([]);
    const untagged = receiver('2');
    delete untagged.tags;
    expect(of(['new'], tag).select(untagged, ['new'])).toEqual([]);
  });

  it('reports deletions if their type is requested', () => {
    expect([of(['deleted']).includesDeletions, of(['new']).includesDeletions]).toEqual([true, false]);
  });

  it('sends edited receivers if their type is requested', () => {
    expect([of(['changed']).includesEdits, of(['new', 'deleted']).includesEdits]).toEqual([true, false]);
  });

  it('sends a receiver with the tag only for a reason that is requested', () => {
    expect(of(['new'], 'shop.vip').select(row, ['changed'])).toEqual([]);
    expect(of(['unsubscribed', 'new'], 'shop.vip').select(row, ['new', 'unsubscribed'])).toEqual([
      'unsubscribed',
      'new',
    ]);
    expect(of(['new'], 'other').select(row, ['new', 'unsubscribed'])).toEqual([]);
  });
});
