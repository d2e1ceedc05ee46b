/** Values on both sides of what a rule says about a field, and others. */
import type { Json } from '../../src/manifest/types.js';
import type { FieldType } from '../../src/schema/index.js';
import type { Format, ValueRule } from '../../src/schema/validity/values.js';

const words = `a A aB a1 1 1a a-b a.b a_b a/b a--b a..b a.b.c a-.b a.-b a-. a1- 1-a -1- -a a- .a a. _a a_ /a a/ - . _ /
  http AUX_1 1A 1234567890123 a:b a,b a=b a\\b a$b % * a* é é- /- %- a/-`;
const paths = `.. ... ..a a/.. ../a a/../b a/..b a/..b/.. a\\..`;
const keys = `a.b/c a.b/C_d a.b/c/d A.b/c a.b/ /c a-b.c/d-e a.b/-c`;
const sysctls = 'kernel.msgmax net/ipv4/a kernel..a';
const addresses = '10.0.0.1 10.0.0.256 10.0.0 010.0.0.1 ::1 fe80::1 2001:db8:0:0:0:0:0:1 1::2::3 12345::';
const fields = `metadata.name metadata.labels metadata.labels['a.b/c'] metadata.labels['A.b/c'] metadata.labels['']
  metadata.annotations['A.b/c'] spec.nodeName spec.host spec.restartPolicy status.podIPs status.phase limits.cpu
  limits.hugepages-2Mi requests.ephemeral-storage requests.a`;
const hosts = 'a:80 a:80,b:81 a:80, [::1]:80 ::1:80 a:b:c example.com/a:b example.com:a:b :a';
const targets = `iqn.2026-01.com.example:disk iqn.2026.com:disk iqnxiqn.2026-01.a:b eui.0123456789abcdef eui.0 naa.${'0'.repeat(32)}`;
const users = 'a\\\\b a\\b\\c .\\a a.b\\c a@b a*\\b';

/** Texts of every form, and of none. */
const texts: readonly string[] = [
  ...[words, paths, keys, sysctls, addresses, fields, hosts, targets, users].flatMap((each) =>
    each.split(/\s+/),
  ),
  ...['', ' a', 'a ', '\ta', 'a\n', 'a b', '. .'],
];

/** For a field of which no rule says how it looks. */
const plain: readonly string[] = '|a|A|a_b|a/b|a b|/a|..|a..b|a.b|-a|10.0.0.1|é|a=b'.split('|');

const numbers: readonly number[] = [-1, 0, 1, 255, 256, 65_535, 65_536, 2 ** 31 - 1];
const greater: readonly number[] = [2 ** 31, Number.MAX_SAFE_INTEGER];

/** Of the length, and of one more. */
function long(format: Format | undefined, length: number): readonly string[] {
  const dotted = format === 'dnsSubdomain' || format === 'searchDomain' || format === 'subdomainOrEmpty';
  // No label is longer than 63 characters.
  const label = `${'a'.repeat(60)}.`;
  const make = (size: number): string =>
    dotted
      ? label
          .repeat(Math.ceil(size / label.length))
          .slice(0, size)
          .replace(/\.$/, 'a')
      : 'a'.repeat(size);
  return [make(length), make(length + 1)];
}

/** Values for a place; undefined stands for absence. */
export function valuesFor(rule: ValueRule, type: FieldType): readonly (Json | undefined)[] {
  const among = rule.among ?? type.enum;
  const isText = type.kind === 'string' && among === undefined;
  const limits = [rule.min, rule.max].flatMap((each) =>
    each === undefined ? [] : [each - 1, each, each + 1],
  );
  return [
    ...(rule.required === true ? [undefined] : []),
    ...(type.kind === 'int' ? [...numbers, ...(type.bits === 64 ? greater : [])] : []),
    ...limits.filter((each) => Number.isSafeInteger(each)),
    ...(among === undefined ? [] : [...among, 'other', 'Other']),
    ...(rule.format === undefined ? [] : texts),
    ...(isText && rule.format === undefined ? plain : []),
    ...(rule.longest === undefined ? [] : long(rule.format, rule.longest)),
    ...(rule.absent === true ? [something(type)] : []),
  ];
}

function something(type: FieldType): Json {
  switch (type.kind) {
    case 'bool':
      return true;
    case 'int':
      return 1;
    case 'list':
      return [type.of === undefined ? 'a' : something(type.of)];
    case 'map':
      return { a: 'a' };
    case 'struct':
      return { name: 'a' };
    case 'time':
      return '2026-01-01T00:00:00Z';
    default:
      return 'a';
  }
}
