import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics.js';
import { diagnosticText } from '../../src/report/diagnostics.js';
import { jsonReporter } from '../../src/report/json.js';
import { prettyReporter } from '../../src/report/pretty.js';
import { printable, table, wrap } from '../../src/report/text.js';
import type { Entry, Summary } from '../../src/report/types.js';

const plain = { colors: false };

const summary: Summary = {
  files: 1,
  workloads: 1,
  skipped: 0,
  unread: 0,
  allow: 0,
  deny: 1,
  error: 1,
  policies: [
    { policy: 'a', allow: 0, deny: 1, error: 0 },
    { policy: 'b', allow: 0, deny: 0, error: 1 },
  ],
};

const resource = { apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'web' };
const source = { file: 'x.yaml', line: 3, column: 1 };
const finding = {
  control: 'hostPorts',
  reason: 'hostPort',
  detail: 'containers "a", "b" use hostPorts 80, 81',
  locations: [
    { path: 'spec.a', line: 7, column: 2 },
    { path: 'spec.b', line: 9, column: 2 },
    { path: 'spec.c', line: 9, column: 2 },
  ],
};
const entry: Entry = {
  resource,
  source,
  results: [
    { policy: 'a', resource, source, verdict: 'deny', findings: [finding] },
    { policy: 'b', resource, source, verdict: 'error', findings: [] },
  ],
};

describe('the form for people', () => {
  test('names ten places more, and how many there are beyond', () => {
    const at = (count: number) => {
      const locations = Array.from({ length: count }, (_, index) => ({ path: 'spec', line: index + 1 }));
      const results = entry.results
        .slice(0, 1)
        .map((each) => ({ ...each, findings: [{ ...finding, locations }] }));
      return prettyReporter(plain).entry({ ...entry, results });
    };
    expect(at(12)).toContain('also at 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12\n');
    expect(at(60)).toContain('also at 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 49 more\n');
  });

  test('of several policies, wrapped', () => {
    const reporter = prettyReporter({ colors: false, width: 50 });
    expect(
      reporter.begin() + reporter.entry(entry) + reporter.entry(entry) + reporter.end(summary, []),
    ).toBe(`x.yaml
  deny   Pod web  line 3
    deny   a
       7:2  hostPort  hostPorts
            containers "a", "b" use hostPorts 80,
            81
            also at 9:2
    error  b
            not judged whole, so not known to be
            safe: see its diagnostics
  deny   Pod web  line 3
    deny   a
       7:2  hostPort  hostPorts
            containers "a", "b" use hostPorts 80,
            81
            also at 9:2
    error  b
            not judged whole, so not known to be
            safe: see its diagnostics

1 workload in 1 file.
a: 1 denied, 0 allowed.
b: 1 not judged, 0 allowed.
What a control asks for: podsec explain a CONTROL
`);
  });

  test('of nothing', () => {
    const none = {
      ...summary,
      workloads: 0,
      skipped: 2,
      unread: 1,
      policies: [{ policy: 'a', allow: 0, deny: 0, error: 0 }],
    };
    expect(prettyReporter(plain).end(none, [])).toBe(`No workload was judged.
2 objects of other kinds skipped.
1 problem kept input from being judged; see the diagnostics.
`);
    expect(prettyReporter(plain).end({ ...none, policies: [] }, [])).toBe('');
  });
});

test('JSON is whole at every length', () => {
  const text = (count: number) => {
    const reporter = jsonReporter();
    return (
      reporter.begin() +
      Array.from({ length: count }, () => reporter.entry(entry)).join('') +
      reporter.end(summary, [])
    );
  };
  for (const count of [0, 1, 3]) expect(JSON.parse(text(count)).results).toHaveLength(2 * count);
});

describe('a diagnostic', () => {
  const diagnostic: Diagnostic = {
    code: 'unknown-field',
    severity: 'error',
    place: { file: 'a\u001b[2J.yaml', line: 3, column: 5 },
    message: 'no field `x`',
    hint: 'did you mean `y`?',
  };

  test('is one line and its hint', () => {
    expect(diagnosticText(diagnostic, plain)).toBe(
      'a·[2J.yaml:3:5: error: no field `x` [unknown-field]\n  did you mean `y`?\n',
    );
  });

  test('is wrapped where the terminal ends', () => {
    expect(diagnosticText(diagnostic, { colors: false, width: 40 })).toBe(
      'a·[2J.yaml:3:5: error:\n  no field `x` [unknown-field]\n  did you mean `y`?\n',
    );
  });

  test('without a place is podsec’s own', () => {
    const { place: _, ...rest } = diagnostic;
    expect(diagnosticText({ ...rest, severity: 'warning' }, plain)).toBe(
      'podsec: warning: no field `x` [unknown-field]\n  did you mean `y`?\n',
    );
  });
});

describe('text', () => {
  test('wraps at words, not counting colours', () => {
    expect(wrap('one \u001b[31mtwo\u001b[39m three four five', 2, 22)).toBe(
      'one \u001b[31mtwo\u001b[39m three four\n  five',
    );
    expect(wrap('one two', 2, undefined)).toBe('one two');
  });

  test('has its columns in line', () => {
    expect(
      table(
        [
          ['a', 'bb', 'c'],
          ['aaa', 'b', 'd e'],
        ],
        1,
      ),
    ).toBe(' a    bb  c\n aaa  b   d e\n');
    expect(table([], 1)).toBe('');
  });

  test('has nothing that steers a terminal or hides what it says', () => {
    expect(printable('a\u001b[31m\n\u202e\u200bb\u2028')).toBe('a·[31m···b·');
  });
});
