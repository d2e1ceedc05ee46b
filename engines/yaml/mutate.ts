/** Documents that are almost YAML: what a person writes, with a few pieces put in or taken out. */

const pieces = [
  ...[
    'a',
    'b',
    'k',
    'x',
    '1',
    '0x1F',
    '017',
    '1_0',
    '.5_0',
    'yes',
    'n',
    '~',
    'null',
    '.5',
    '1e3',
    '<<',
    '<<: ',
  ],
  ...[
    '*a',
    '&a ',
    '*b',
    '&b ',
    '!!str ',
    '!!int ',
    '!x ',
    '! ',
    '!',
    '!!binary aGk=',
    '!<tag:yaml.org,2002:int> ',
  ],
  ...[
    '"q"',
    '"\\n\\x41"',
    '"\\u0041"',
    "'s''t'",
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    ': ',
    ':',
    ' :',
    '- ',
    '-',
    '? ',
  ],
  ...[
    '?',
    '|',
    '>',
    '|-',
    '>+',
    '|2',
    '>-\n',
    '|\n',
    '\n',
    '\n',
    '\n',
    '\n ',
    '\n  ',
    '\n  ',
    '\n    ',
    '\n\t',
    '\t',
  ],
  ...[
    ' ',
    ' ',
    '  ',
    '#',
    '# c',
    '\u2028',
    '\u0085',
    '\u00e9',
    '\u00a0',
    '%',
    '@',
    '`',
    '...',
    '\n...\n',
    '--',
    '---',
  ],
  ...[
    '\\',
    '\r',
    '\r\n',
    'a: ',
    'b: ',
    '  c: ',
    '- a: ',
    '"k": ',
    '{a: 1}',
    '[1, 2]',
    '{"a":1}',
    'some text',
    'a#b',
  ],
  ...['http://x:80/', 'a: b', '=', '^', '$', '*', '&', '%YAML 1.1', '%TAG ! x'],
];

const seeds = [
  'a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n',
  'a: &a {x: 1}\nb: &b\n  x: 2\nc:\n  <<: [*a, *b]\n  x: 3\n',
  'spec:\n  containers:\n  - name: a\n    image: b\n    command: ["sh", "-c"]\n    args:\n    - |\n      foo\n      bar\n    env: []\n',
  'a: |\n  x\n   y\n\n  z\nb: >-\n  fold\n  me\n\n  p\n',
  'k: "multi\n  line \\\n  x"\nj: \'a\n\n  b\'\n',
  '? a\n: b\n? [c]\n: d\n',
  '[a, {b: c, d}, e: f]\n',
  'plain\n multi\n line\n',
  '- - a\n  - b\n- c\n',
  'a: [\n  1, 2,\n]\nb: {\n x: y\n}\n',
];

/** The same documents for the same seed. */
export function mutated(seed: number, count: number): string[] {
  const random = generator(seed);
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? '';
  return Array.from({ length: count }, () => {
    if (random(3) === 0) return Array.from({ length: random(14) + 1 }, () => pick(pieces)).join('');
    let text = pick(seeds);
    for (let changes = random(4) + 1; changes > 0; changes--) {
      const at = random(text.length + 1);
      const removed = random(3) === 0 ? random(4) : 0;
      text = text.slice(0, at) + (random(4) > 0 ? pick(pieces) : '') + text.slice(at + removed);
    }
    return text;
  });
}

/** mulberry32, which takes any seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
