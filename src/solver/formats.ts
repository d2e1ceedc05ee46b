/** The formats of values as automata. How long a text may be is asked of its length. */
import type { Format } from '../schema/validity/values.js';
import { type Automaton, table } from './automata.js';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const small = lower + digits;
const letters = small + lower.toUpperCase();

/** Groups of characters that begin and end with one of `ends` and have those of `between` inside, with a separator in between. */
const groups = (ends: string, between: string, separators: string): Automaton =>
  table([
    { accepts: false, on: [[ends, 1]] },
    {
      accepts: true,
      on: [[ends, 1], [between, 2], ...(separators === '' ? [] : [[separators, 0] as const])],
    },
    {
      accepts: false,
      on: [
        [ends, 1],
        [between, 2],
      ],
    },
  ]);

/** Accepts where the characters that it knows by `named`, and any other, lead to an accepting state. */
function withOthers(
  rows: readonly {
    readonly accepts: boolean;
    readonly on: readonly (readonly [string, number])[];
    readonly other: number;
  }[],
): Automaton {
  return {
    start: '0',
    step: (state, character) => {
      const row = rows[Number(state)];
      const to = row?.on.find(([characters]) => characters.includes(character));
      return String(to?.[1] ?? row?.other ?? 0);
    },
    accepts: (state) => rows[Number(state)]?.accepts === true,
    alphabet: rows.flatMap(({ on }) => on.map(([characters]) => characters)).join(''),
    classes: [],
  };
}

const blanks = ' \t\n\v\f\r\u0085\u00a0';

/** 0: after a separator; 1 and 2: after one and two dots there; 3: any other text; 4: refused for good. */
const parts = withOthers([
  {
    accepts: true,
    on: [
      ['.', 1],
      ['/', 0],
    ],
    other: 3,
  },
  {
    accepts: true,
    on: [
      ['.', 2],
      ['/', 0],
    ],
    other: 3,
  },
  { accepts: false, on: [['/', 4]], other: 3 },
  { accepts: true, on: [['/', 0]], other: 3 },
  { accepts: false, on: [], other: 4 },
]);

/** Not empty, and with none of these characters in front. */
const startsWithout = (automaton: Automaton, first: string): Automaton => ({
  ...automaton,
  start: '^',
  step: (state, character) =>
    state === 'none' || (state === '^' && first.includes(character))
      ? 'none'
      : automaton.step(state === '^' ? automaton.start : state, character),
  accepts: (state) => state !== '^' && state !== 'none' && automaton.accepts(state),
  alphabet: automaton.alphabet + first,
});

export const formats: Readonly<Record<Format, Automaton>> = {
  dnsLabel: groups(small, '-', ''),
  dnsSubdomain: groups(small, '-', '.'),
  // A prefix of the form of a subdomain, then a name; or the name alone. Characters of both are read as both at once.
  qualifiedName: qualified(),
  labelValue: table([
    { accepts: true, on: [[letters, 1]] },
    {
      accepts: true,
      on: [
        [letters, 1],
        ['-_.', 2],
      ],
    },
    {
      accepts: false,
      on: [
        [letters, 1],
        ['-_.', 2],
      ],
    },
  ]),
  notEmpty: withOthers([
    { accepts: false, on: [], other: 1 },
    { accepts: true, on: [], other: 1 },
  ]),
  trimmed: withOthers([
    { accepts: false, on: [[blanks, 2]], other: 1 },
    { accepts: true, on: [[blanks, 3]], other: 1 },
    { accepts: false, on: [], other: 2 },
    { accepts: false, on: [[blanks, 3]], other: 1 },
  ]),
  path: startsWithout(parts, ''),
  relativePath: startsWithout(parts, '/'),
  sysctl: groups(small, '-_', './'),
  variable: table([
    { accepts: false, on: [[`${lower}${lower.toUpperCase()}_`, 1]] },
    { accepts: true, on: [[`${letters}_`, 1]] },
  ]),
  address: address(),
  namePrefix: table([
    { accepts: false, on: [[small, 1]] },
    {
      accepts: true,
      on: [
        [small, 1],
        ['-', 2],
        ['.', 0],
      ],
    },
    {
      accepts: true,
      on: [
        [small, 1],
        ['-', 2],
      ],
    },
  ]),
  // 0: in front; 1: no letter yet; 2: there was one; 3 and 4: the same after `-`.
  portName: table([
    {
      accepts: false,
      on: [
        [digits, 1],
        [lower, 2],
      ],
    },
    {
      accepts: false,
      on: [
        [digits, 1],
        [lower, 2],
        ['-', 3],
      ],
    },
    {
      accepts: true,
      on: [
        [small, 2],
        ['-', 4],
      ],
    },
    {
      accepts: false,
      on: [
        [digits, 1],
        [lower, 2],
      ],
    },
    { accepts: false, on: [[small, 2]] },
  ]),
  searchDomain: table([
    {
      accepts: false,
      on: [
        ['_', 1],
        [small, 2],
        ['.', 5],
      ],
    },
    { accepts: false, on: [[small, 2]] },
    {
      accepts: true,
      on: [
        [small, 2],
        ['-_', 3],
        ['.', 4],
      ],
    },
    {
      accepts: false,
      on: [
        [small, 2],
        ['-_', 3],
      ],
    },
    {
      accepts: true,
      on: [
        ['_', 1],
        [small, 2],
      ],
    },
    { accepts: true, on: [] },
  ]),
  // 0 to 2: the first label; 3 to 5: those that follow; 6 to 8: those behind the `/`.
  signerName: table([
    { accepts: false, on: [[small, 1]] },
    {
      accepts: false,
      on: [
        [small, 1],
        ['-', 2],
        ['.', 3],
      ],
    },
    {
      accepts: false,
      on: [
        [small, 1],
        ['-', 2],
      ],
    },
    { accepts: false, on: [[small, 4]] },
    {
      accepts: false,
      on: [
        [small, 4],
        ['-', 5],
        ['.', 3],
        ['/', 6],
      ],
    },
    {
      accepts: false,
      on: [
        [small, 4],
        ['-', 5],
      ],
    },
    { accepts: false, on: [[small, 7]] },
    {
      accepts: true,
      on: [
        [small, 7],
        ['-', 8],
        ['.', 6],
      ],
    },
    {
      accepts: false,
      on: [
        [small, 7],
        ['-', 8],
      ],
    },
  ]),
  windowsUser: groups(letters, '-_', ''),
};

/** 0 start; 1, 2 inside what may be both; 3, 4 the same, but with characters of a name alone; 5 after `/`; 6, 7 the name after it. */
function qualified(): Automaton {
  const upper = lower.toUpperCase();
  return table([
    {
      accepts: false,
      on: [
        [small, 1],
        [upper, 3],
      ],
    },
    {
      accepts: true,
      on: [
        [small, 1],
        [upper, 3],
        ['-', 2],
        ['.', 8],
        ['_', 4],
        ['/', 5],
      ],
    },
    {
      accepts: false,
      on: [
        [small, 1],
        [upper, 3],
        ['-', 2],
        ['._', 4],
      ],
    },
    {
      accepts: true,
      on: [
        [letters, 3],
        ['-_.', 4],
      ],
    },
    {
      accepts: false,
      on: [
        [letters, 3],
        ['-_.', 4],
      ],
    },
    { accepts: false, on: [[letters, 6]] },
    {
      accepts: true,
      on: [
        [letters, 6],
        ['-_.', 7],
      ],
    },
    {
      accepts: false,
      on: [
        [letters, 6],
        ['-_.', 7],
      ],
    },
    // After a dot: a new label of the subdomain, or more of a name.
    {
      accepts: false,
      on: [
        [small, 1],
        [upper, 3],
        ['-_.', 4],
      ],
    },
  ]);
}

/** Four numbers of one digit, or of two of which the first is not 0: enough of them. */
function address(): Automaton {
  const rows = Array.from({ length: 4 }, (_, part) => {
    const at = 3 * part;
    const dot = part < 3 ? ([['.', at + 3]] as const) : [];
    return [
      {
        accepts: false,
        on: [
          ['123456789', at + 1],
          ['0', at + 2],
        ] as const,
      },
      { accepts: part === 3, on: [[digits, at + 2], ...dot] as const },
      { accepts: part === 3, on: dot },
    ];
  });
  return table(rows.flat());
}
