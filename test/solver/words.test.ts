/** Automata against `matches` of evaluate and against Kubernetes' own expressions, and the texts that stand for all others. */
import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { matches } from '../../src/evaluate.js';
import { goQuote } from '../../src/ir/quote.js';
import type { Pattern } from '../../src/ir/types.js';
import type { Format } from '../../src/schema/validity/values.js';
import {
  type Automaton,
  accepts,
  answerOf,
  patternsAutomaton,
  prefixed,
  run,
} from '../../src/solver/automata.js';
import { formats } from '../../src/solver/formats.js';
import { invertedAt, readAt } from '../../src/solver/inverses.js';
import { TooLarge } from '../../src/solver/limits.js';
import { words } from '../../src/solver/words.js';
import { Random } from '../../src/testing/boundary/random.js';

/** All texts of these characters, the short ones first. */
function textsOf(alphabet: string, longest: number): string[] {
  let layer = [''];
  const all = [''];
  for (let length = 1; length <= longest; length += 1) {
    layer = layer.flatMap((text) => [...alphabet].map((character) => text + character));
    all.push(...layer);
  }
  return all;
}

const texts = textsOf('ab/x', 6);

function randomPattern(random: Random): Pattern {
  const text = (of: string) => Array.from({ length: random.below(4) }, () => random.pick([...of])).join('');
  switch (random.below(4)) {
    case 0:
      return { kind: 'prefix', prefix: text('ab*/') };
    case 1:
      return { kind: 'suffix', suffix: text('ab*/') };
    case 2:
      return { kind: 'glob', glob: text('ab*') + random.pick(['', '*', '**', '*a']) };
    default:
      return { kind: 'pathPrefix', prefix: `/${text('ab/')}` };
  }
}

describe('patterns', () => {
  it('are read as evaluate reads them', () => {
    const random = new Random(3);
    for (let round = 0; round < 120; round += 1) {
      const patterns = Array.from({ length: 1 + random.below(3) }, () => randomPattern(random));
      const automaton = patternsAutomaton(patterns);
      const wrong = texts.filter(
        (text) => accepts(automaton, text) !== patterns.some((pattern) => matches(pattern, text)),
      );
      expect(wrong, JSON.stringify(patterns)).toEqual([]);
    }
  });

  it('are read inside of other texts', () => {
    const pattern: Pattern = { kind: 'glob', glob: 'a*b' };
    const inner = patternsAutomaton([pattern]);
    const part = { pieces: ['a/', { place: 'x', strip: '', escapes: 0 }, 'b'] };
    for (const text of texts) {
      expect(accepts(readAt(part, 1, inner), text)).toBe(matches(pattern, `a/${text}b`));
      const rest = text.startsWith('a/') && matches(pattern, text.slice(2));
      expect(accepts(prefixed('a/', inner), text)).toBe(rest);
    }
  });

  it('are read inside of quotes', () => {
    const pattern: Pattern = { kind: 'glob', glob: '"a*\\\\*"' };
    const part = { pieces: ['"', { place: 'x', strip: '', escapes: 1 }, '"'] };
    const automaton = readAt(part, 1, patternsAutomaton([pattern]));
    for (const text of textsOf('a\\"\n', 5))
      expect(accepts(automaton, text), text).toBe(matches(pattern, goQuote(text)));
  });

  it('tell two texts apart as far as what is made of them', () => {
    const automaton = patternsAutomaton([{ kind: 'glob', glob: 'a*b/x' }]);
    const part = {
      pieces: [{ place: 'x', strip: '', escapes: 0 }, '/', { place: 'y', strip: '', escapes: 0 }],
    };
    const [left, right] = [0, 2].map((at) => readAt(part, at, automaton));
    if (left === undefined || right === undefined) throw new Error('no automaton');
    const some = textsOf('ab/x', 4);
    const answers = new Map<string, boolean>();
    for (const a of some)
      for (const b of some) {
        const key = JSON.stringify([answerOf(left, run(left, a)), answerOf(right, run(right, b))]);
        const says = accepts(automaton, `${a}/${b}`);
        expect(answers.get(key) ?? says, `${a}/${b}`).toBe(says);
        answers.set(key, says);
      }
    expect(new Set(answers.values()).size).toBe(2);
  });

  it('of values that a text is made of, some make it', () => {
    const part = {
      pieces: [{ place: 'x', strip: 'p', escapes: 0 }, '-', { place: 'y', strip: '', escapes: 1 }],
    };
    expect(invertedAt(part, 0, 'a-b-\\n')).toEqual(expect.arrayContaining(['pa', 'pa-b']));
    expect(invertedAt(part, 2, 'a-b-\\n')).toEqual(expect.arrayContaining(['b-\n', '\n']));
    expect(invertedAt({ pieces: ['x', { place: 'y', strip: '', escapes: 0 }] }, 1, 'ay')).toEqual([]);
  });
});

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const isDomain = (text: string): boolean => text.split('.').every((each) => label.test(each));
const isWord = (text: string): boolean => /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(text);
const isKey = (text: string): boolean => {
  const [first = '', second, ...more] = text.split('/');
  return second === undefined ? isWord(first) : more.length === 0 && isDomain(first) && isWord(second);
};
/** As ValidateAnnotations: in letters of lower case. */
const isAnyKey = (text: string): boolean => isKey(text.toLowerCase());
const goesBack = (text: string): boolean => text.split('/').includes('..');
const subscript = (text: string): boolean => {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/s.exec(text) ?? [];
  return map === 'labels' ? isKey(key) : map === 'annotations' && isAnyKey(key);
};
const isHostPort = (text: string): boolean =>
  /^[^:[\]]*:[^:[\]]*$/.test(text) || /^\[[^[\]]*\]:[^:[\]]*$/.test(text);
const hasControl = (text: string): boolean => [...text].some((each) => each < ' ' || each === '\x7f');
const isUser = (text: string): boolean =>
  text !== '' && !hasControl(text) && !/^[. ]+$/.test(text) && !/["/\\:;|=,+*?<>@[\]]/.test(text);
const isUserDomain = (text: string): boolean =>
  (!hasControl(text) && /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/.test(text)) || isDomain(text.toLowerCase());

/** As functions of Kubernetes say it, by other means than the expressions of src/solver/formats.ts. */
const expressions: Readonly<Record<Format, (text: string) => boolean>> = {
  dnsLabel: (text) => label.test(text),
  dnsSubdomain: isDomain,
  labelOrEmpty: (text) => text === '' || label.test(text),
  subdomainOrEmpty: (text) => text === '' || isDomain(text),
  driverName: (text) => isDomain(text.toLowerCase()),
  groupVersion: (text) => /[^/]$/.test(text) && text.split('/').length <= 2,
  qualifiedName: isKey,
  annotationKey: isAnyKey,
  domainKey: (text) => text.includes('/') && isAnyKey(text),
  labelValue: (text) => text === '' || isWord(text),
  notEmpty: (text) => text !== '',
  trimmed: (text) => text !== '' && text.trim() === text,
  path: (text) => text !== '' && !goesBack(text),
  absolutePath: (text) => text.startsWith('/'),
  relativePath: (text) => !text.startsWith('/') && !goesBack(text),
  unreservedPath: (text) => !text.startsWith('/') && !goesBack(text) && !text.startsWith('..'),
  withoutSlash: (text) => !text.includes('/'),
  sysctl: (text) => text.split(/[./]/).every((each) => /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/.test(each)),
  variable: (text) =>
    text !== '' && [...text].every((each) => each >= ' ' && each <= '~') && !text.includes('='),
  header: (text) => /^[-A-Za-z0-9]+$/.test(text),
  configKey: (text) => /^[-._a-zA-Z0-9]+$/.test(text) && text !== '.' && !text.startsWith('..'),
  podField: (text) =>
    [
      ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.host'],
      ...['spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
    ].includes(text) || subscript(text),
  podMetadata: (text) =>
    ['name', 'namespace', 'labels', 'annotations', 'uid'].some((each) => text === `metadata.${each}`) ||
    subscript(text),
  resourceField: (text) => {
    const [of = '', resource = ''] = text.split(/\.(.*)/s);
    return (
      ['limits', 'requests'].includes(of) &&
      (['cpu', 'memory', 'ephemeral-storage'].includes(resource) || resource.startsWith('hugepages-'))
    );
  },
  namePrefix: (text) => isPrefix(text),
  generatedName: (text) => !/[/%]/.test(text) && isPrefix(text),
  portName: (text) =>
    /^[-a-z0-9]+$/.test(text) && /[a-z]/.test(text) && !text.includes('--') && !/^-|-$/.test(text),
  searchDomain: (text) => {
    const trimmed = text.endsWith('.') ? text.slice(0, -1) : text;
    return (
      text === '.' || trimmed.split('.').every((each) => /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/.test(each))
    );
  },
  signerName: (text) => {
    const [domain = '', path, ...more] = text.split('/');
    return (
      path !== undefined && more.length === 0 && domain.includes('.') && isDomain(domain) && isDomain(path)
    );
  },
  trustBundle: (text) => {
    const at = text.lastIndexOf(':');
    if (at < 0) return isDomain(text);
    return at > 0 && !text.slice(0, at).includes('/') && isDomain(text.slice(at + 1));
  },
  iqn: (text) =>
    (text.startsWith('iqn') && /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$| \t\n\f\r]+)$/.test(text)) ||
    /^eui.[A-Za-z0-9]{16}$/.test(text) ||
    /^naa.[A-Za-z0-9]{32}$/.test(text),
  hostPorts: (text) => text.split(',').every(isHostPort),
  windowsUser: (text) => {
    const [first = '', second, ...more] = text.split('\\');
    return second === undefined ? isUser(first) : more.length === 0 && isUserDomain(first) && isUser(second);
  },
  address: (text) => isIPv4(text) || (isIPv6(text) && !text.includes('.') && !/^0|^::.*:.*:/.test(text)),
};

/** Of bytes, as maskTrailingDash cuts them. */
const masked = (text: string): string => `${Buffer.from(text).subarray(0, -2).toString('latin1')}a`;
const isPrefix = (text: string): boolean =>
  isDomain(text.length > 1 && text.endsWith('-') ? masked(text) : text);

describe('formats', () => {
  it.each(Object.entries(expressions))('%s', (name, expression) => {
    const automaton = Object.entries(formats).find(([format]) => format === name)?.[1];
    const some = [
      ...textsOf('aA.-/_ 1', 4),
      '1.10.0.99',
      '1.100.0.9',
      '1.01.0.9',
      '1.2.3',
      '....',
      'a/../b',
      'a/..b',
      '1-a',
      '_a.-b',
      '_a._b.',
      '_a..',
      ...[
        '::',
        '::1',
        '::1:2',
        '::1:2:3',
        'fe80::',
        'fe80::1',
        '1::2::3',
        '1:2:3:4:5:6:7:8',
        '1:2:3:4:5:6:7::',
      ],
      ...[
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6::8',
        '1::3:4:5:6:7:8',
        '1::2:3:4:5:6:7:8',
        '12345::',
        '0::1',
        '1:0:0::1',
      ],
      ...['10.0.0.255', '10.0.0.256', '10.0.0.01', '255.249.199.9', '::1.2.3.4', ':1', '1:'],
      ...[
        'a\\b',
        'a\\b\\c',
        '.\\a',
        'a.b\\c',
        'a*\\b',
        '. .',
        'a@b',
        'é',
        'a\nb',
        '\na',
        `${'x'.repeat(16)}\\b`,
      ],
      ...[
        'iqn.2026-01.a:b',
        'iqn.2026-01.a:',
        'iqnxiqn.2026-01.a:b',
        'xiqn.2026-01.a:b',
        `eui.${'0'.repeat(16)}`,
      ],
      ...[
        `eui.${'0'.repeat(17)}`,
        `naa.${'0'.repeat(32)}`,
        `naa.${'0'.repeat(31)}`,
        'naa',
        `_${'a'.repeat(16)}\\b`,
      ],
      ...[
        'a:80',
        'a:80,b:81',
        'a:80,',
        '[::1]:80',
        '[::1]',
        '::1:80',
        'a]:1',
        ':',
        'a.b:c',
        '/a:b',
        'a:b:c.d',
        ':a',
      ],
      ...['metadata.name', 'metadata.labels', 'spec.host', 'spec.nodeName', 'status.podIP', 'status.podIPs'],
      ...["metadata.labels['a.b/c']", "metadata.labels['A.b/c']", "metadata.annotations['A.b/c']"],
      ...[
        "metadata.labels['']",
        "metadata.labels['a'",
        'limits.cpu',
        'requests.hugepages-',
        'limits.a',
        'limits',
      ],
      ...[
        'iqn.2026-01.a:b\u00a0',
        'iqn.2026-01.a:b\v',
        'iqn.2026-01.a:b\f',
        'a\u2003',
        '\u3000a',
        'a\u2028',
        'a\u200b',
      ],
      ...['..a', 'a=b', ' ', '~', 'a-.', 'a.-', '.-', '--', 'é-', '\n-', 'a.é-', 'A-'],
      ...['a.b/c', 'a.b/c.d', 'a.b-c/1-d', 'a-.b/c', 'a.b/c-', 'a.b/', 'a.b/c/d', 'a..b/c', 'a/b.c', 'A.b/c'],
    ];
    const wrong = some.filter(
      (text) => automaton === undefined || accepts(automaton, text) !== expression(text),
    );
    expect(wrong).toEqual([]);
    expect(some.some(expression)).toBe(true);
    expect(some.filter((text) => !expression(text)).length).toBeGreaterThan(0);
  });
});

function grouped(of: readonly string[], by: (text: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const text of of) groups.set(by(text), [...(groups.get(by(text)) ?? []), text]);
  return groups;
}

describe('words', () => {
  const answers = (automata: readonly Automaton[], text: string) =>
    automata.map((each) => accepts(each, text)).join();

  it('have every combination of answers that a text has, as often as there are texts', () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round += 1) {
      const automata = Array.from({ length: 1 + random.below(4) }, () =>
        patternsAutomaton([randomPattern(random)]),
      );
      const except = new Set(Array.from({ length: random.below(5) }, () => random.pick(texts)));
      const count = 1 + random.below(3);
      const found = words({ automata, count, except });
      expect(found.filter((text) => except.has(text))).toEqual([]);
      expect(new Set(found).size).toBe(found.length);
      for (const [combination, alike] of grouped(
        texts.filter((text) => !except.has(text)),
        (text) => answers(automata, text),
      )) {
        const own = found.filter((text) => answers(automata, text) === combination);
        expect(own.length, combination).toBeGreaterThanOrEqual(Math.min(count, alike.length));
      }
    }
  });

  it('end where there are no more, and say where there would be too many', () => {
    const only = patternsAutomaton([{ kind: 'glob', glob: 'a' }]);
    const found = words({ automata: [only], count: 9, except: new Set() });
    expect(found.filter((text) => accepts(only, text))).toEqual(['a']);
    const hostile = Array.from({ length: 20 }, (_, at) =>
      patternsAutomaton([{ kind: 'glob', glob: `*${String.fromCharCode(97 + at)}*` }]),
    );
    expect(() => words({ automata: hostile, count: 1, except: new Set() })).toThrow(TooLarge);
  });
});
