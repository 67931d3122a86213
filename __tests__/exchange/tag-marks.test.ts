/** In which order tags were deleted and answers asked for. */
import { createTagMarks } from '../../lib/exchange/tag-marks.js';

const SECOND = 1_000;
const markAt = (at: number): string => `${at.toString(36)}-x`;

test('of our own deletions, the order of turns decides, whatever the clock says', () => {
  const marks = createTagMarks();
  const before = marks.turn;
  marks.note('t', markAt(0));
  expect(marks.endedSince(['other', 't'], before, 99 * SECOND)).toBe(true);
  expect(marks.endedSince(['other'], before, 0)).toBe(false);
  expect(marks.endedSince(['t'], marks.turn, 0)).toBe(false);
  expect(marks.endedSince([], before, 0)).toBe(false);
});

test('of those of others, the clocks decide, with a second to be sure', () => {
  const marks = createTagMarks();
  const before = marks.turn;
  marks.discover('t', markAt(10 * SECOND));
  expect(marks.endedSince(['t'], before, 10 * SECOND)).toBe(true);
  expect(marks.endedSince(['t'], before, 10 * SECOND + 999)).toBe(true);
  expect(marks.endedSince(['t'], before, 11 * SECOND)).toBe(false);
  // Who came after this process knew, came after.
  expect(marks.endedSince(['t'], marks.turn, 0)).toBe(false);
  const { turn } = marks;
  marks.discover('t', markAt(10 * SECOND));
  expect(marks.turn).toBe(turn);
});

test('so many are remembered; what was forgotten counts as deleted just then', () => {
  const marks = createTagMarks();
  marks.note('first', markAt(0));
  const early = marks.turn;
  for (let at = 0; at < 10_000; at += 1) marks.note(`t${String(at)}`, markAt(0));
  expect(marks.endedSince(['first'], early, 0)).toBe(true);
  expect(marks.endedSince(['never'], early, 0)).toBe(true);
  expect(marks.endedSince(['never'], marks.turn, 0)).toBe(false);
});

test('an ending lasts until each that began it is done', () => {
  const marks = createTagMarks();
  const [one, other] = [marks.begin(['a', 'b']), marks.begin(['a'])];
  expect(marks.isEnding(['x', 'a'])).toBe(true);
  one();
  expect([marks.isEnding(['a']), marks.isEnding(['b'])]).toEqual([true, false]);
  other();
  expect(marks.isEnding(['a'])).toBe(false);
});
