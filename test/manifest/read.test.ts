import { describe, expect, it } from 'vitest';
import { at, diagnosticsOf, documentsOf, only, pod, read, summary } from './help.js';

describe('documents', () => {
  it('are separated by lines that start with ---, and empty ones are none', () => {
    const text = `# head\n---\n${pod('a')}--- # next\n\n---\n# only a comment\n---\n${pod('b')}---\n`;
    expect(summary(read(text))).toEqual(['Pod 3:1', 'Pod 12:1']);
  });

  it('are the values that kubectl would send', () => {
    const { value } = only(
      read(`${pod('a')}spec: {hostNetwork: yes, runAsUser: 0777, on: off, 8080: x, t: 2024-01-01}\n`),
    );
    expect(value.spec).toEqual({
      hostNetwork: true,
      runAsUser: 511,
      true: false,
      '8080': 'x',
      t: '2024-01-01',
    });
  });

  it('are not there in a file of comments', () => {
    for (const text of ['', '\n', '# x\n', '---\n', '---\n# x\n---\n~\n---\nnull\n']) {
      expect(
        diagnosticsOf(read(text)).map(({ code }) => code),
        JSON.stringify(text),
      ).toEqual(['empty-file']);
    }
  });

  it('have to be objects with apiVersion and kind', () => {
    const text =
      '- a\n---\ntext\n---\n5\n---\nkind: Pod\n---\napiVersion: v1\n---\napiVersion: v1\nkind: 5\n---\napiVersion: ""\nkind: ""\n';
    const events = read(text);
    expect(summary(events)).toEqual([1, 3, 5, 7, 9, 11, 14].map((line) => `not-an-object ${line}:1`));
    expect(diagnosticsOf(events).map(({ message }) => message)).toEqual([
      'a sequence is not a Kubernetes object',
      'the string `text` is not a Kubernetes object',
      'the number `5` is not a Kubernetes object',
      'the object has no apiVersion',
      'the object has no kind',
      'the object has no kind',
      'the object has no apiVersion and no kind',
    ]);
  });

  it('that are broken leave the others alone', () => {
    const text = `${pod('a')}---\na: [b\nc: d\n---\n${pod('b')}`;
    expect(summary(read(text))).toEqual(['Pod 1:1', 'yaml-syntax 7:2', 'Pod 9:1']);
  });

  it('end at `...`, and what kubectl does not read there is reported', () => {
    const text = `${pod('a')}...\n# fine\n---\n${pod('b')}...\n${pod('c')}`;
    expect(summary(read(text))).toEqual(['Pod 1:1', 'yaml-syntax 13:1', 'Pod 8:1']);
    expect(summary(read('{apiVersion: v1, kind: A} {apiVersion: v1, kind: B}'))).toEqual([
      'yaml-syntax 1:27',
      'A 1:1',
    ]);
  });

  it('do not start in a line that says more than ---', () => {
    const text = `${pod('a')}--- {kind: X}\n${pod('b')}---\n${pod('c')}`;
    expect(summary(read(text))).toEqual(['Pod 1:1', 'yaml-syntax 5:1', 'Pod 11:1']);
  });
});

describe('places', () => {
  const text = `# head
apiVersion: v1
kind: Pod
spec:
  containers:
  - name: c
    image: "x"
    args: [a, {b: c}]
    securityContext:
      privileged: true
  volumes:
`;

  it('are those of the values', () => {
    const document = only(read(text));
    expect(at(document)).toBe('2:1');
    expect(at(document, 'spec')).toBe('5:3');
    expect(at(document, 'spec', 'containers')).toBe('6:3');
    expect(at(document, 'spec', 'containers', 0)).toBe('6:5');
    expect(at(document, 'spec', 'containers', 0, 'image')).toBe('7:12');
    expect(at(document, 'spec', 'containers', 0, 'args', 1, 'b')).toBe('8:19');
    expect(at(document, 'spec', 'containers', 0, 'securityContext', 'privileged')).toBe('10:19');
  });

  it('are those of the deepest ancestor that the text has', () => {
    const document = only(read(text));
    expect(at(document, 'metadata', 'name')).toBe('2:1');
    expect(at(document, 'spec', 'containers', 1, 'name')).toBe('6:3');
    expect(at(document, 'spec', 'containers', 'x')).toBe('6:3');
    expect(at(document, 'spec', 'containers', 0, 'image', 'x', 5)).toBe('7:12');
    expect(at(document, 'spec', 'volumes', 0)).toBe('11:11');
  });

  it('go through aliases and merges to where the value stands', () => {
    const document = only(
      read(`apiVersion: v1
kind: Pod
base: &base
  privileged: true
  runAsUser: 1
a: *base
b:
  runAsUser: 2
  <<: *base
c:
  <<: [{x: 1}, {x: 2, z: 3}]
1: one
`),
    );
    expect(document.value).toMatchObject({
      b: { privileged: true, runAsUser: 1 },
      c: { x: 1, z: 3 },
      '1': 'one',
    });
    expect(at(document, 'a')).toBe('6:4');
    expect(at(document, 'a', 'privileged')).toBe('4:15');
    expect(at(document, 'b', 'privileged')).toBe('4:15');
    expect(at(document, 'b', 'runAsUser')).toBe('5:14');
    expect(at(document, 'c', 'x')).toBe('11:12');
    expect(at(document, 'c', 'z')).toBe('11:26');
    expect(at(document, '1')).toBe('12:4');
  });

  it('count columns as editors do, and lines with any line end', () => {
    const document = only(read('apiVersion: v1\r\nkind: Pod\r\nspec: {"ü😀": x}\r\n'));
    expect(at(document, 'spec', 'ü😀')).toBe('3:15');
  });

  it('are right in the second document, and behind a byte order mark', () => {
    const [, second] = documentsOf(read(`\ufeff${pod('a')}---\n\n${pod('b')}`));
    expect(second && at(second, 'metadata', 'name')).toBe('10:9');
    expect(only(read('\ufeff{"kind": "A", "apiVersion": "v1"}')).place).toMatchObject({ line: 1, column: 1 });
  });
});

describe('lists', () => {
  const list = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
- apiVersion: v1
  kind: ConfigMapList
  items:
  - metadata: {name: b}
- 5
- {kind: X}
`;

  it('are their items, lists in lists too, each with its own places', () => {
    const events = read(list);
    expect(summary(events)).toEqual([
      'Pod 4:3',
      'ConfigMap 10:5',
      'not-an-object 11:3',
      'not-an-object 12:3',
    ]);
    const [first, second] = documentsOf(events);
    expect(first && at(first, 'metadata', 'name')).toBe('6:20');
    expect(second && at(second, 'metadata', 'name')).toBe('10:22');
    expect(second?.value).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } });
  });

  it('without items are no error', () => {
    for (const items of ['[]', '~', ''])
      expect(read(`apiVersion: v1\nkind: List\nitems: ${items}\n`)).toEqual([]);
    expect(summary(read('apiVersion: v1\nkind: List\nitems: {}\n'))).toEqual(['wrong-type 3:8']);
  });

  it('of another kind are reported, as kubectl takes them for lists and other clients do not', () => {
    const text = 'apiVersion: v1\nkind: Pod\nitems:\n- apiVersion: v1\n  kind: B\n';
    expect(summary(read(text))).toEqual(['not-an-object 4:1', 'B 4:3']);
  });
});

describe('values', () => {
  it('have no prototype to meet', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const yaml = `apiVersion: v1\nkind: A\n${names.map((name) => `${name}: {polluted: true}\n`).join('')}`;
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'A' }).replace(
      '}',
      `,${names.map((name) => `"${name}":{"polluted":true}`)}}`,
    );
    for (const text of [
      yaml,
      json,
      `base: &b {__proto__: {polluted: true}}\n<<: *b\n${yaml}`.replace('\n__proto__', '\n__proto2__'),
    ]) {
      const { value } = only(read(text));
      expect(Object.keys(value)).toContain('__proto__');
      expect(Object.getPrototypeOf(value)).toBeNull();
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    }
    const plain = only(read(pod('a'))).value;
    expect(plain.constructor).toBeUndefined();
    expect(plain.toString).toBeUndefined();
  });

  it('say how numbers and booleans are written, where JavaScript writes them otherwise', () => {
    const list =
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, a: [1, 9007199254740993, yes, 1.10]}\n- {apiVersion: v1, kind: A, b: 1}\n';
    const [first, second] = documentsOf(read(list));
    expect(first?.spellings).toEqual([
      { path: ['a', 1], text: '9007199254740993' },
      { path: ['a', 2], text: 'yes' },
      { path: ['a', 3], text: '1.10' },
    ]);
    expect(second?.spellings).toEqual([]);
    const json = only(
      read(
        '{"apiVersion": "v1", "kind": "A", "a": {"b": -9007199254740993, "c": 9007199254740991, "d": 1e300}}',
      ),
    );
    expect(json.spellings).toEqual([
      { path: ['a', 'b'], text: '-9007199254740993' },
      { path: ['a', 'd'], text: '1e300' },
    ]);
  });

  it('forget how a value was written that was merged and replaced', () => {
    const text =
      'apiVersion: v1\nkind: A\na:\n  <<: {b: {c: 0777, d: yes}, e: 0o7}\n  b: 3\nf: {<<: {g: 010}, h: 1}\n';
    expect(only(read(text)).spellings).toEqual([
      { path: ['a', 'e'], text: '0o7' },
      { path: ['f', 'g'], text: '010' },
    ]);
  });
});
