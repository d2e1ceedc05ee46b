/** The tables of docs/conformance.md, of what was recorded. */
import { allBackends } from '../src/compile.js';
import { type RowResult, ruleSets } from './agreement.js';
import type { Measured, SetRecord } from './measure-set.js';
import { customPolicies } from './policies/index.js';
import type { EngineVersions, StepRecord } from './record.js';
import { type MatrixEngine, matrixEngines, type Shown, topics } from './scenarios/topics.js';

type Records = ReadonlyMap<string, StepRecord>;

interface Column {
  readonly title: string;
  /** The steps and the engine whose rows it shows. */
  readonly engine: string;
  readonly target: string;
}

const columns: readonly Column[] = [
  { title: 'OPA', engine: 'opa', target: 'rego' },
  { title: 'API server', engine: 'vap', target: 'vap' },
  { title: 'Gatekeeper, CEL', engine: 'gatekeeper (cel)', target: 'gatekeeper' },
  { title: 'Gatekeeper, Rego', engine: 'gatekeeper (rego)', target: 'gatekeeper' },
  { title: 'Gatekeeper, generateVAP', engine: 'gatekeeper (vap)', target: 'gatekeeper' },
  { title: 'Kyverno, ClusterPolicy', engine: 'kyverno', target: 'kyverno' },
  { title: 'Kyverno, ValidatingPolicy', engine: 'kyverno-vpol', target: 'kyverno-vpol' },
  { title: 'PodSecurity', engine: 'psa', target: 'psa' },
];

const count = (value: number): string => value.toLocaleString('en-US');
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');

const cellOf = ({ judged, told, known }: RowResult): string =>
  [
    count(judged),
    ...(told > 0 ? [`${count(told)} messages`] : []),
    ...(known > 0 ? [`${count(known)} known differences`] : []),
  ].join(', ');

function versionOf(step: string, engines: EngineVersions): string {
  const named = step.replace(/^corpus-(custom-)?/, '');
  if (named.startsWith('gatekeeper-vap'))
    return `Gatekeeper ${engines.gatekeeper}, kube-apiserver ${engines['kube-apiserver']}, etcd ${engines.etcd}`;
  const [name = ''] = named.split('-');
  switch (name) {
    case 'opa':
      return `OPA ${engines.opa}, conftest ${engines.conftest}`;
    case 'conftest':
      return `conftest ${engines.conftest}`;
    case 'vap':
    case 'psa':
      return `kube-apiserver ${engines['kube-apiserver']}, etcd ${engines.etcd}`;
    case 'gatekeeper':
      return `Gatekeeper ${engines.gatekeeper}`;
    case 'kyverno':
      return `Kyverno ${engines.kyverno}`;
    case 'psp':
      return `the admission code of Kubernetes ${engines.PodSecurityPolicy}`;
    case 'derived':
      return `the reference ${engines.reference}`;
    default:
      return '';
  }
}

function stepsTable(records: Records, steps: readonly string[]): string {
  const rows = steps.flatMap((step) => {
    const record = records.get(step);
    if (record === undefined) return [];
    const { date, engines, passed, failed, rows: compared } = record;
    const judged = compared.reduce((sum, row) => sum + row.judged, 0);
    const known = compared.reduce((sum, row) => sum + row.known, 0);
    return [
      [
        `\`${step}\``,
        versionOf(step, engines),
        judged === 0 ? '' : count(judged),
        compared.length === 0 ? '' : count(known),
        `${count(passed)} passed, ${count(failed)} failed`,
        date,
      ],
    ];
  });
  const missing = steps.filter((step) => !records.has(step));
  const all = table(['step', 'engine', 'verdicts compared', 'known differences', 'result', 'of'], rows);
  return missing.length === 0 ? all : `${all}\n\nNot recorded yet: ${missing.join(', ')}.`;
}

function rowsOf(records: Records, steps: readonly string[]): readonly RowResult[] {
  return steps.flatMap((step) => records.get(step)?.rows ?? []);
}

function ruleSetTable(records: Records): string {
  // Of the same rule set the first is shown: where there is one, that with every pod.
  const steps = [
    'gatekeeper-whole',
    'kyverno-whole',
    'opa',
    'vap',
    'gatekeeper',
    'gatekeeper-vap',
    'kyverno',
    'psa',
  ];
  return tableByRuleSet(rowsOf(records, steps), columns);
}

function tableByRuleSet(rows: readonly RowResult[], of: readonly Column[]): string {
  return table(
    ['rule set', 'of versions', ...of.map(({ title }) => title)],
    ruleSets().map(({ policy, versions }) => [
      policy.name,
      versions.join(', '),
      ...of.map(({ engine }) => {
        const row = rows.find((each) => each.engine === engine && each.policy === policy.name);
        return row === undefined ? '' : cellOf(row);
      }),
    ]),
  );
}

function customTable(records: Records): string {
  const rows = rowsOf(records, [
    'opa-custom',
    'vap-custom',
    'gatekeeper-custom',
    'gatekeeper-vap-custom',
    'kyverno-custom',
  ]);
  const own = columns.filter(({ target }) => target !== 'psa');
  return table(
    ['policy', ...own.map(({ title }) => title)],
    customPolicies().map(({ policy }) => [
      policy.name,
      ...own.map(({ engine, target }) => {
        const row = rows.find((each) => each.engine === engine && each.policy === policy.name);
        if (row !== undefined) return cellOf(row);
        if (!rows.some((each) => each.engine === engine)) return '';
        const backend = allBackends.find((each) => each.target === target);
        const compiled = backend?.compile([policy], backend.engineVersions.at(-1) ?? '');
        return compiled !== undefined && 'refusals' in compiled ? 'refused' : 'one verdict only';
      }),
    ]),
  );
}

function pspTable(records: Records): string {
  const rows = rowsOf(records, ['psp']);
  const plain = rows.filter(({ engine }) => engine === 'psp');
  const others = rows.filter((row) => !plain.includes(row));
  const sum = (what: 'judged' | 'denied') => count(others.reduce((total, row) => total + row[what], 0));
  return table(
    ['policy', 'pods judged', 'of them denied'],
    [
      ...plain.map(({ policy, judged, denied }) => [policy, count(judged), count(denied)]),
      [
        `the ${others.length} written by hand, without the feature gate ProcMountType`,
        sum('judged'),
        sum('denied'),
      ],
    ],
  );
}

const matrixTitles: Readonly<Record<MatrixEngine, string>> = {
  opa: 'OPA',
  vap: 'API server',
  psa: 'PodSecurity',
  psp: 'PodSecurityPolicy',
  'gatekeeper (cel)': 'Gatekeeper, CEL',
  'gatekeeper (rego)': 'Gatekeeper, Rego',
  'gatekeeper (vap)': 'Gatekeeper, generateVAP',
  kyverno: 'Kyverno, ClusterPolicy',
  'kyverno-vpol': 'Kyverno, ValidatingPolicy',
};

function matrixTable(records: Records): string {
  const shown = [...records.values()].flatMap((record) => record.shown);
  const notes: string[] = [];
  const note = (text: string): string => {
    if (!notes.includes(text)) notes.push(text);
    return `(${notes.indexOf(text) + 1})`;
  };
  const cell = (how: Shown['how'] | undefined): string =>
    how === undefined ? '' : typeof how === 'string' ? how : note(how.outside);
  const rows = topics.map((topic) => [
    topic,
    ...matrixEngines.map((engine) =>
      cell(shown.find((each) => each.engine === engine && each.topic === topic)?.how),
    ),
  ]);
  const head = ['', ...matrixEngines.map((engine) => matrixTitles[engine])];
  return [table(head, rows), '', ...notes.map((text, index) => `(${index + 1}) ${text}.  `)]
    .join('\n')
    .trimEnd();
}

function corpusSection(records: Records): string[] {
  const rowsOfSteps = (wanted: (step: string) => boolean): readonly RowResult[] =>
    [...records.values()]
      .filter(({ step }) => step.startsWith('corpus-') && wanted(step))
      .flatMap((record) => record.rows)
      .map((row) => ({ ...row, policy: row.policy.replace(', whole corpus', '') }));
  const ofUsers = (step: string): boolean => step.startsWith('corpus-custom-');
  const own = columns.filter(({ target }) => target !== 'psa');
  return [
    '### The whole corpus',
    'The pairs and random pods too, of which the tables above have only those with one value changed.',
    tableByRuleSet(
      rowsOfSteps((step) => !ofUsers(step)),
      own,
    ),
    ...customCorpus(rowsOfSteps(ofUsers), own),
  ];
}

function customCorpus(rows: readonly RowResult[], of: readonly Column[]): string[] {
  if (rows.length === 0) return [];
  const cells = customPolicies().map(({ policy }) => ({
    policy,
    found: of.map(({ engine }) => rows.find((each) => each.engine === engine && each.policy === policy.name)),
  }));
  return [
    'By policies of users, and how many of the pods they deny. The corpus is made of the literals of the levels: of policies that ask nothing of these it shows nothing, and they are left out.',
    table(
      ['policy', ...of.map(({ title }) => title)],
      cells
        .filter(({ found }) => found.some((row) => row !== undefined))
        .map(({ policy, found }) => [
          policy.name,
          ...found.map((row) =>
            row === undefined ? '' : `${count(row.judged)}, ${count(row.denied)} denied`,
          ),
        ]),
    ),
  ];
}

function setsTable(sets: readonly SetRecord[]): string {
  const cells = ({ judged, admitted, refused, erred }: Measured) =>
    [judged, admitted, refused, erred].map(count);
  return table(
    [
      'set',
      'level',
      'engine',
      'commit',
      'of',
      ...['fixtures', 'wrongly admitted', 'wrongly refused', 'errors'],
      ...['boundary pods', 'wrongly admitted', 'wrongly refused', 'errors'],
    ],
    sets.map(({ name, level, engine, commit, date, fixtures, boundary }) => [
      name,
      level,
      engine,
      `\`${commit.slice(0, 10)}\``,
      date,
      ...cells(fixtures),
      ...cells(boundary),
    ]),
  );
}

/** Of the records of these steps, in their order. The same records give the same text. */
export function conformanceTables(
  records: Records,
  steps: readonly string[],
  sets: readonly SetRecord[],
): string {
  return [
    '### Steps',
    'Each with its last recorded run. A run with a difference that is not known ends with a failure.',
    stepsTable(records, steps),
    '### Engines and scenarios',
    '"Shown" is a scenario that holds, and that fails with an allow-all policy. "Refused" is a refusal of `podsec compile`, which is tested. An empty cell fails a run.',
    matrixTable(records),
    '### Levels',
    'Pods or requests judged, and messages compared, by engine; all agree with `evaluate` but for known differences.',
    ruleSetTable(records),
    ...corpusSection(records),
    '### Policies of users',
    'Written by hand and random (`engines/policies/`). "One verdict only": of the pods that the API server itself accepts, it denies all or none, which shows nothing.',
    customTable(records),
    '### PodSecurityPolicies',
    'The verdict on creation, and that no pod is changed.',
    pspTable(records),
    '### Sets that others wrote by hand',
    'By `npm run conformance -- --set DIR --level LEVEL` on a clone of each at that commit; podsec has none of their files. "Wrongly" is against `evaluate`, which agrees with the reference on all of these fixtures.',
    setsTable(sets),
  ].join('\n\n');
}
