/**
 * Values to judge in place of all values. What is asked of a place is known (texts, beginnings of texts, numbers), so
 * values fall into classes that no question tells apart, and one of each class is enough.
 */
import type { Pattern, Range, Scalar } from '../../ir/types.js';
import { Unsayable } from './unsayable.js';

/** What the rules ask of a place. */
export class Tests {
  readonly texts = new Set<string>();
  readonly beginnings = new Set<string>();
  /** As `allowedHostPaths` has them; each is also a text and a beginning. */
  readonly pathPrefixes = new Set<string>();
  readonly numbers = new Set<number>();

  add({ texts, beginnings, pathPrefixes, numbers }: Tests): void {
    this.values([...texts, ...numbers]);
    for (const each of beginnings) this.beginnings.add(each);
    for (const each of pathPrefixes) this.pathPrefixes.add(each);
  }

  values(values: readonly Scalar[]): void {
    for (const value of values) {
      if (typeof value === 'string') this.texts.add(value);
      if (typeof value === 'number') this.numbers.add(value);
    }
  }

  ranges(ranges: readonly Range[]): void {
    for (const { min, max } of ranges) this.values([min, max]);
  }

  patterns(patterns: readonly Pattern[]): void {
    for (const pattern of patterns) this.pattern(pattern);
  }

  private pattern(pattern: Pattern): void {
    switch (pattern.kind) {
      case 'prefix':
        this.beginnings.add(pattern.prefix);
        return;
      case 'pathPrefix':
        // A path that is the prefix, with or without a `/` at its end, or that goes on with a `/`.
        this.pathPrefixes.add(pattern.prefix);
        this.texts.add(trimmed(pattern.prefix));
        this.beginnings.add(`${trimmed(pattern.prefix)}/`);
        return;
      case 'glob': {
        const [start = '', ...rest] = pattern.glob.split('*');
        if (rest.length === 0) this.texts.add(start);
        else if (rest.every((part) => part === '')) this.beginnings.add(start);
        else throw new Unsayable(`PodSecurityPolicy has no pattern like ${JSON.stringify(pattern.glob)}`);
        return;
      }
      case 'suffix':
        throw new Unsayable('PodSecurityPolicy has no pattern for the end of a text');
    }
  }
}

export const trimmed = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

/**
 * One text of each class. The truth of all questions about a text is known from whether it is one that is listed, and
 * else from the longest listed beginning that it has.
 */
export function textEdges(tests: Tests): readonly string[] {
  const beginnings = ['', ...tests.beginnings];
  return distinct([
    ...tests.texts,
    ...tests.beginnings,
    ...beginnings.flatMap((beginning) => freshAfter(beginning, tests) ?? []),
  ]);
}

const words = ['other', ...'xyzqw7890123456abcdefghijklmnoprstuvXYZQW'];

/** A text with this beginning that no other question is about; undefined where questions are about all of them. */
export function freshAfter(beginning: string, tests: Tests): string | undefined {
  const listed = [...tests.texts, ...tests.beginnings];
  const found = words.find((word) => {
    const text = `${beginning}${word}`;
    return listed.every((each) => !text.startsWith(each) || beginning.startsWith(each));
  });
  if (found === undefined && listed.length < words.length)
    throw new TypeError('no fresh text, and too few listed ones to be the reason');
  if (found === undefined) throw new Unsayable('the rule lists too many beginnings of texts');
  return `${beginning}${found}`;
}

/** One number of each class between two bounds, and its neighbours across. */
export function numberEdges(tests: Tests, low: number, high: number): readonly number[] {
  const near = [...tests.numbers].flatMap((number) => [number - 1, number, number + 1]);
  return distinct([low, ...near, high])
    .filter((number) => low <= number && number <= high)
    .sort((a, b) => a - b);
}

/** The numbers that are admitted, as ranges; `edges` as `numberEdges` gives them. */
export function rangesOf(edges: readonly number[], admits: (number: number) => boolean): readonly Range[] {
  const ranges: { min: number; max: number }[] = [];
  let open: { min: number; max: number } | undefined;
  for (const number of edges) {
    if (!admits(number)) open = undefined;
    else if (open === undefined) {
      open = { min: number, max: number };
      ranges.push(open);
    } else open.max = number;
  }
  return ranges;
}

export const within = (number: number, ranges: readonly Range[]): boolean =>
  ranges.some(({ min, max }) => min <= number && number <= max);

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
