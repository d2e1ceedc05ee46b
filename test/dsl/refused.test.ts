/** What a policy author's editor underlines: misspelt and ill-typed paths and values do not compile. */
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';

/** The line before each snippet. */
const imports =
  `import { and, concat, containers, control, definePolicy, denying, each, effective, emptyList, entries, equal, every,
  firstPresent, glob, hasKey, ifAny, isFalse, isTrue, items, itself, joined, lookup, matches, named, nameOf, namespaceLabel, not, oldPod, once, oneOf,
  plainList, plural, pod, podAndContainers, present, quoted, quotedList, request, sameParts, sequence, size, some, userGroups, value, within } from 'podsec';`.replace(
    /\n */g,
    ' ',
  );

type Row = [what: string, snippet: string, message: RegExp];

const refused: Row[] = [
  // Paths
  ['a misspelt path', 'isTrue(pod.spec.hostPIDD)', /'hostPIDD' does not exist.*Did you mean 'hostPID'/],
  ['a path of another case', 'isTrue(pod.spec.hostPid)', /'hostPid' does not exist/],
  [
    'a misspelt path of a container',
    'some(containers(), (c) => isTrue(c.securityContext.priviliged))',
    /'priviliged' does not exist/,
  ],
  ['a field of another object', 'isTrue(pod.spec.privileged)', /'privileged' does not exist/],
  ['a path through a list', 'present(pod.spec.containers.name)', /'name' does not exist/],
  ['a path into a list', 'present(pod.spec.containers[0])', /expression of type '0'|No index|undefined/],
  ['a path through a map', 'present(pod.metadata.labels.app)', /'app' does not exist/],
  ['a path through a scalar', 'present(pod.spec.hostname.length)', /'length' does not exist/],
  ['a misspelt path of the stored pod', 'present(oldPod.spec.hostNetwrk)', /'hostNetwrk' does not exist/],
  ['a string in place of a path', "present('pod.spec.os')", /not assignable/],
  // Values
  [
    'a string for what is absent of a boolean',
    "value(pod.spec.hostPID, 'no')",
    /not assignable to parameter of type 'false'|'string' is not assignable/,
  ],
  [
    'a number for what is absent of a string',
    'value(pod.spec.hostname, 0)',
    /'number' is not assignable to parameter of type 'string'/,
  ],
  ['no value for what is absent', 'value(pod.spec.hostname)', /Expected 2 arguments/],
  [
    'a constant that there is not, for what is absent',
    "value(pod.spec.dnsPolicy, 'ClusterLast')",
    /"ClusterLast"/,
  ],
  ['the value of a list', "value(pod.spec.containers, '')", /not assignable/],
  ['the value of an object', "value(pod.spec.securityContext, '')", /not assignable/],
  [
    'a boolean compared with a string',
    "equal(value(pod.spec.hostPID, false), 'yes')",
    /'"yes"' is not assignable to parameter of type 'Operand<.*boolean/,
  ],
  [
    'a number compared with a string',
    "equal(value(pod.spec.securityContext.runAsUser, -1), '0')",
    /'string' is not assignable to parameter of type 'Operand<number>/,
  ],
  [
    'a term of another type',
    "equal(value(pod.spec.hostname, ''), value(pod.spec.priority, 0))",
    /not assignable/,
  ],
  ['a path where a value is wanted', 'equal(pod.spec.hostPID, true)', /'node' is missing/],
  ['a path to compare with', 'equal(value(pod.spec.hostPID, false), pod.spec.hostIPC)', /not assignable/],
  [
    'a constant that there is not',
    "some(containers(), (c) => equal(value(c.securityContext.procMount, ''), 'Masked'))",
    /"Masked"/,
  ],
  [
    'a constant that there is not, in a list',
    "oneOf(value(pod.spec.restartPolicy, ''), ['Always', 'Often'])",
    /"Often"/,
  ],
  ['an operation that there is not', "equal(request('operation'), 'DELETE')", /"DELETE"/],
  ['a part of a request that there is not', "request('verb')", /"verb"/],
  [
    'a list of values of two types',
    "oneOf(value(pod.spec.hostname, ''), ['a', 1])",
    /'number' is not assignable/,
  ],
  ['a number that is matched', "matches(value(pod.spec.priority, 0), glob('*'))", /not assignable/],
  ['a pattern that is a string', "matches(value(pod.spec.hostname, ''), '*')", /not assignable/],
  ['a string in a range', "within(value(pod.spec.hostname, ''), { min: 0, max: 1 })", /not assignable/],
  ['half a range', 'within(value(pod.spec.priority, 0), { min: 0 })', /'max' is missing/],
  ['a boolean that is no field', 'isTrue(pod.spec.hostname)', /not assignable/],
  ['a string that is a boolean', 'isFalse(pod.spec.os.name)', /not assignable/],
  ['parts of a number', "sameParts(value(pod.spec.priority, 0), 'a', ',')", /not assignable/],
  [
    'effective values of two types',
    "effective([pod.spec.hostname, pod.spec.priority], '')",
    /not assignable/,
  ],
  [
    'an effective value with another absent',
    'effective([pod.spec.hostname, pod.spec.subdomain], 0)',
    /not assignable/,
  ],
  ['strings and numbers in one', "concat('a', value(pod.spec.priority, 0))", /not assignable/],
  [
    'an element that is itself a number, for which no empty string may stand',
    'some(items(pod.spec.securityContext.supplementalGroups), (g) => within(itself(g), { min: 1, max: 2 }))',
    /not assignable/,
  ],
  ['a number in quotes', 'quoted(size(containers()))', /not assignable/],
  ['the name of what has none', 'nameOf(pod.spec.securityContext)', /not assignable/],
  [
    'an element that is no value',
    "some(items(pod.spec.volumes), (v) => equal(itself(v), 'a'))",
    /not assignable/,
  ],
  [
    'a field that an object has not',
    "some(items(pod.spec.volumes), (v) => equal(firstPresent(v, ['hostPth'], ''), ''))",
    /"hostPth"/,
  ],
  // Quantifiers and maps
  ['a quantifier over what is no list', 'items(pod.spec.securityContext)', /not assignable/],
  ['a quantifier over a scalar', 'items(pod.spec.hostname)', /not assignable/],
  ['a quantifier over a map', 'items(pod.metadata.labels)', /not assignable/],
  ['a quantifier over a path', 'some(pod.spec.volumes, (v) => present(v.hostPath))', /'source' is missing/],
  ['entries of what is no map', "entries(pod.spec.volumes, '')", /not assignable/],
  ['entries of a map of quantities', "entries(pod.spec.overhead, '')", /not assignable/],
  [
    'a field that an entry has not',
    "some(entries(pod.metadata.labels, ''), (e) => present(e.name))",
    /'name' does not exist/,
  ],
  ['a look-up in what is no map', "lookup(pod.spec.volumes, 'a', '')", /not assignable/],
  ['a key that is a number', 'hasKey(pod.metadata.labels, 3)', /not assignable/],
  ['an empty list that is no list', 'emptyList(pod.spec.hostname)', /not assignable/],
  ['a container group that there is not', "containers(['sidecar'])", /"sidecar"/],
  ['a condition that is a boolean', 'some(containers(), () => true)', /'boolean' is not assignable/],
  ['a condition that is an equality of JavaScript', 'not(1 === 1)', /not assignable/],
  // Controls and policies
  ['a control without a reason', "control({ id: 'a', collections: {} })", /'reason' is missing/],
  [
    'a violation without a place to blame',
    "once({ where: present(pod.spec.os), show: 'os' })",
    /'at' is missing/,
  ],
  [
    'a violation that shows a boolean',
    'once({ where: present(pod.spec.os), show: value(pod.spec.hostPID, false), at: pod.spec })',
    /not assignable/,
  ],
  [
    'an element of the outer source in place of the inner',
    'each(containers(), (c) => items(c.ports), (_c, port) => ({ where: present(port.image), show: 1, at: port }))',
    /'image' does not exist/,
  ],
  [
    'a collection that nothing gathers',
    "control({ id: 'a', reason: '', collections: { a: each(containers(), (c) => ({ where: present(c.image), show: '', at: c })) } })",
    /missing the following properties|not assignable/,
  ],
  ['a level that there is not', "definePolicy({ name: 'a', extends: 'strict' })", /"strict"/],
  [
    'a detail that names a collection that there is not',
    "control({ id: 'a', collections: { a: denying() }, reason: 'a', detail: quotedList('b') })",
    /Wording<"b">' is not assignable to type 'Words<"a">/,
  ],
  [
    'a part of a detail that does',
    "control({ id: 'a', collections: { a: denying() }, reason: 'a', detail: sequence('x ', joined(', ', plainList('b'), 'y')) })",
    /Wording<"b">/,
  ],
  [
    'a condition of a detail that does',
    "control({ id: 'a', collections: { a: denying() }, reason: 'a', detail: ifAny(['a', 'b'], 'x') })",
    /Wording<"a" \| "b">/,
  ],
  [
    'what a condition of a detail leads to, that does',
    "control({ id: 'a', collections: { a: denying() }, reason: 'a', detail: ifAny('a', named('b', 'x', 'y')) })",
    /Wording<"a" \| "b">/,
  ],
  [
    'a pod and containers of which one is not there',
    "control({ id: 'a', collections: { a: denying() }, reason: 'a', detail: podAndContainers('a', 'b') })",
    /Wording<"a" \| "b">/,
  ],
  [
    'a reason that counts a collection that there is not',
    "control({ id: 'a', collections: { a: denying() }, reason: plural('b', 'x', 'y') })",
    /Wording<"b">/,
  ],
  [
    'a version that is not known yet',
    "definePolicy({ name: 'a', extends: 'restricted@v1.38' })",
    /"restricted@v1\.38"/,
  ],
  [
    'a version with a zero in front',
    "definePolicy({ name: 'a', extends: 'baseline@v1.07' })",
    /"baseline@v1\.07"/,
  ],
  [
    'a version that is no number',
    "definePolicy({ name: 'a', extends: 'baseline@v1.x' })",
    /"baseline@v1\.x"/,
  ],
  ['a version of another form', "definePolicy({ name: 'a', extends: 'baseline@1.30' })", /"baseline@1.30"/],
  ['a mode that there is not', "definePolicy({ name: 'a', mode: 'deny' })", /"deny"/],
  [
    'an exemption that there is not',
    "definePolicy({ name: 'a', exemptions: { images: [] } })",
    /'images' does not exist/,
  ],
  ['a policy without a name', "definePolicy({ extends: 'baseline' })", /'name' is missing/],
  [
    'a parameter of another type',
    "definePolicy({ name: 'a', parameters: { names: ['a'] } }).with({ names: 3 })",
    /not assignable/,
  ],
  [
    'a parameter that there is not',
    "definePolicy({ name: 'a', parameters: { names: ['a'] } }).with({ nams: ['a'] })",
    /'nams' does not exist/,
  ],
  [
    'a parameter misspelt in a rule',
    "definePolicy({ name: 'a', parameters: { names: ['a'] }, controls: (p) => p.nams })",
    /'nams' does not exist/,
  ],
  ['a control that is none', "definePolicy({ name: 'a', controls: [{ id: 'a' }] })", /'node' is missing/],
  ['writing to a path', 'pod.spec = oldPod.spec', /read-only/],
];

describe('the compiler', () => {
  const results = compile(refused.map(([, snippet]) => `${imports}\n${snippet};`));

  it.each(refused.map((row, index) => [...row, results[index] ?? []] as const))(
    'refuses %s',
    (_what, snippet, message, errors) => {
      expect(errors, snippet).not.toEqual([]);
      expect(
        errors.map(({ line }) => line),
        JSON.stringify(errors),
      ).toEqual(errors.map(() => 2));
      expect(errors.map((error) => error.message).join('\n')).toMatch(message);
    },
  );
});
