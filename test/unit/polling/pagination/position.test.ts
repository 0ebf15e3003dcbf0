import { indexOfAnchor, isAnchor, positionAfter, type WalkedPage } from '../../../../lib/polling/pagination/position';
import { receiver } from '../../../support/receiver';

const rows = ['1', '2', '3', '4', '5'].map((id) => receiver(id));
const page: WalkedPage = { rows, wasHandedOut: () => false, offset: 20 };

describe('a position in a group', () => {
  it('counts the rows before it, and contains the ids and address hashes of the last three rows of its page', () => {
    const { offset, anchors } = positionAfter(page, 3);
    expect(offset).toBe(24);
    expect(anchors.map((anchor) => anchor.split('~')[0])).toEqual(['2', '3', '4']);
    for (const anchor of anchors) expect(anchor).toMatch(/^\d~[\w-]{6}$/);
  });

  it.each([
    [0, ['1']],
    [1, ['1', '2']],
    [2, ['1', '2', '3']],
  ])('contains fewer rows when it is at index %d of its page', (index, ids) => {
    expect(positionAfter(page, index).anchors.map((anchor) => anchor.split('~')[0])).toEqual(ids);
  });

  it('is found at the last of its rows that still exists', () => {
    const { anchors } = positionAfter(page, 3);
    expect(indexOfAnchor(rows, anchors)).toBe(3);
    expect(indexOfAnchor(rows.slice(0, 3), anchors)).toBe(2);
    expect(indexOfAnchor(rows.slice(3), anchors)).toBe(0);
    expect(indexOfAnchor(rows.slice(4), anchors)).toBe(-1);
    expect(anchors.map((anchor) => anchor.split('~')[0])).toEqual(['2', '3', '4']);
  });

  it('is found by ids of any kind, and is short even when the ids are long', () => {
    const odd = ['x'.repeat(2_000), 'ü~"\\', '1'.repeat(30)].map((id) => receiver(id));
    const { anchors } = positionAfter({ ...page, rows: odd }, 2);
    expect(JSON.stringify(anchors).length).toBeLessThan(100);
    expect(indexOfAnchor(odd, anchors)).toBe(2);
    expect(odd.map((row) => isAnchor(row, anchors))).toEqual([true, true, true]);
  });

  it('does not match a row with another address, or with an id that only begins in the same way', () => {
    const [row = receiver('1')] = rows;
    const { anchors } = positionAfter(page, 0);
    expect(isAnchor(row, anchors)).toBe(true);
    expect(isAnchor({ ...row, email: 'other@example.org' }, anchors)).toBe(false);
    expect(isAnchor({ ...row, id: '11' }, anchors)).toBe(false);
    expect(isAnchor(row, [])).toBe(false);
    expect(isAnchor(receiver('2'), anchors)).toBe(false);
  });
});
