import { PageSizes } from '../../../../lib/polling/pagination/pageSizes';

const MB = 1024 * 1024;
const light = { bytes: MB, milliseconds: 300 };

describe('the size of the next page', () => {
  it.each([
    ['as large as the limit, where the page is light', 2_000, light, 2_000],
    ['as large as the limit, where the weight is not known', 2_000, undefined, 2_000],
    ['as before, at the border of what is heavy', 2_000, { bytes: 4 * MB, milliseconds: 10_000 }, 2_000],
    ['half, beyond 4 MB', 2_000, { bytes: 4 * MB + 1, milliseconds: 1 }, 1_000],
    ['half, beyond 10 s', 2_000, { bytes: 1, milliseconds: 10_001 }, 1_000],
    ['no smaller than 50 for its weight', 70, { bytes: 5 * MB, milliseconds: 1 }, 50],
    ['as before, where it is smaller than that', 12, { bytes: 5 * MB, milliseconds: 1 }, 12],
    ['twice as large, where the page is light', 500, light, 1_000],
    ['no larger than the limit', 1_500, light, 2_000],
    ['as before, where one of twice the size would be heavy by its bytes', 500, { ...light, bytes: 2 * MB + 1 }, 500],
    ['as before, where it would be heavy by its time', 500, { ...light, milliseconds: 5_001 }, 500],
  ])('is %s', (_, size, weight, next) => {
    expect(new PageSizes(2_000).after(size, weight, 3_000)).toBe(next);
  });

  it('grows only if the larger page repeats no more than the previous page', () => {
    const sizes = new PageSizes(200);
    expect(sizes.after(110, light, 110)).toBe(200);
    expect(sizes.after(110, light, 330)).toBe(110);
    expect(sizes.after(110, light, 440)).toBe(200);
  });

  it('does not exceed the size that CleverReach returns', () => {
    const sizes = new PageSizes(2_000);
    expect([sizes.most, sizes.limit]).toEqual([2_000, undefined]);
    sizes.limitTo(700);
    expect([sizes.most, sizes.limit]).toEqual([700, 700]);
    expect(sizes.after(500, light, 2_000)).toBe(500);
    expect(sizes.after(500, light, 1_000)).toBe(700);
  });
});

describe('a short page', () => {
  it('is in doubt if no page of its size was complete, but one of another size was', () => {
    const sizes = new PageSizes(2_000);
    expect(sizes.isDoubtful({ page: 1, size: 1_000 }, 600)).toBe(false);
    sizes.note(500, 400);
    expect(sizes.isDoubtful({ page: 1, size: 1_000 }, 600)).toBe(false);
    sizes.note(500, 500);
    expect(sizes.isDoubtful({ page: 1, size: 1_000 }, 600)).toBe(true);
    expect(sizes.isDoubtful({ page: 1, size: 1_000 }, 1_000)).toBe(false);
    expect(sizes.isDoubtful({ page: 0, size: 1_000 }, 600)).toBe(false);
    expect(sizes.isDoubtful({ page: 1, size: 500 }, 499)).toBe(false);
    expect(sizes.retreat()).toBe(500);
    expect([sizes.most, sizes.limit]).toEqual([500, 500]);
  });
});

it('an answer that is too large is halved down to one row', () => {
  const sizes = new PageSizes(2_000);
  const tried: number[] = [];
  for (let size: number | undefined = 2_000; size !== undefined; size = sizes.smaller(size)) tried.push(size);
  expect(tried).toEqual([2000, 1000, 500, 250, 125, 62, 31, 15, 7, 3, 1]);
});
