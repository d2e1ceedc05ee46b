/** The formats of values as automata, of expressions that Kubernetes has. How long a text may be is asked of its length. */
import type { Format } from '../schema/validity/values.js';
import type { Automaton } from './automata.js';
import { expression } from './expressions.js';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const word = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const anyCase = '[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?';
const domain = `${anyCase}(\\.${anyCase})*`;
const underscored = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctl = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

/** What unicode.IsSpace has, which texts are trimmed by; and what `\s` is in an expression of Go. */
const blanks =
  ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const goBlanks = ' \t\n\f\r';

/** A part of a path that is not empty, and not `..`; then one that may be empty. */
const some = '(\\.|\\.{0,2}[^/.][^/]*|\\.{3}[^/]*)';
const part = `${some}?`;
const unreserved = '(\\.|\\.?[^/.][^/]*)';

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const group = '[0-9a-fA-F]{1,4}';
const notZero = '[1-9a-fA-F][0-9a-fA-F]{0,3}';
const addresses = [
  `${octet}(\\.${octet}){3}`,
  `::(${group}(:${group})?)?`,
  `${notZero}(:${group}){7}`,
  `${notZero}(:${group}){6}::`,
  ...[0, 1, 2, 3, 4, 5].map(
    (before) => `${notZero}(:${group}){${before}}::(${group}(:${group}){0,${5 - before}})?`,
  ),
];

/** Characters that a name of a user does not have, and control characters. */
const control = range(0, 31) + String.fromCharCode(127);
const notOfUsers = `"/\\\\:;|=,+*?<>@\\[\\]${control}`;
const notOfDomains = `\\\\/:*?"<>|${control}`;
const user = `[. ]*[^. ${notOfUsers}][^${notOfUsers}]*`;
const netBios = `[^.${notOfDomains}][^${notOfDomains}]{0,14}`;

function range(from: number, to: number): string {
  return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, at) => from + at));
}

/** A subdomain, or what may be in front of one, where any of these characters goes before a `-` at the end. */
const beforeDash = (characters: string) =>
  expression(`${subdomain}|(${label}\\.)*([a-z0-9][-a-z0-9]*)?[${characters.replace(/[\\\]^-]/g, '\\$&')}]-`);

const subscripted = `metadata\\.labels\\['(${subdomain}/)?${word}'\\]|metadata\\.annotations\\['(${domain}/)?${word}'\\]`;
const alphanumeric = '[A-Za-z0-9]';

const hostPort = '([^:\\[\\],]*|\\[[^\\[\\],]*\\]):[^:\\[\\],]*';

export const formats: Readonly<Record<Format, Automaton>> = {
  dnsLabel: expression(label),
  dnsSubdomain: expression(subdomain),
  labelOrEmpty: expression(`(${label})?`),
  subdomainOrEmpty: expression(`(${subdomain})?`),
  driverName: expression(domain),
  groupVersion: expression('([^/]*/)?[^/]+'),
  qualifiedName: expression(`(${subdomain}/)?${word}`),
  annotationKey: expression(`(${domain}/)?${word}`),
  domainKey: expression(`${domain}/${word}`),
  labelValue: expression(`(${word})?`),
  notEmpty: expression('.+'),
  trimmed: expression(`[^${blanks}](.*[^${blanks}])?`),
  path: expression(`(${some}|/${part})(/${part})*`),
  absolutePath: expression('/.*'),
  relativePath: expression(`(${some}(/${part})*)?`),
  unreservedPath: expression(`(${unreserved}(/${part})*)?`),
  withoutSlash: expression('[^/]*'),
  sysctl: expression(`${sysctl}([./]${sysctl})*`),
  variable: expression('[ -<>-~]+'),
  header: expression('[-A-Za-z0-9]+'),
  configKey: expression('\\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*'),
  podField: expression(
    `metadata\\.(name|namespace|uid)|spec\\.(nodeName|host|serviceAccountName)|status\\.(host|pod)IPs?|${subscripted}`,
  ),
  podMetadata: expression(`metadata\\.(name|namespace|uid|labels|annotations)|${subscripted}`),
  resourceField: expression('(limits|requests)\\.(cpu|memory|ephemeral-storage|hugepages-.*)'),
  address: expression(addresses.join('|')),
  namePrefix: beforeDash(range(0, 127)),
  generatedName: beforeDash(range(0, 127).replace(/[/%]/g, '')),
  portName: expression('([0-9]+-)*[0-9]*[a-z](-?[a-z0-9])*'),
  searchDomain: expression(`\\.|${underscored}(\\.${underscored})*\\.?`),
  signerName: expression(`${label}(\\.${label})+/${subdomain}`),
  trustBundle: expression(`([^/]+:)?${subdomain}`),
  iqn: expression(
    `(iqn.*)?iqn\\.[0-9]{4}-[0-9]{2}\\.[-A-Za-z0-9.]+:[^,;*&$|${goBlanks}]+|eui[^\n]${alphanumeric}{16}|naa[^\n]${alphanumeric}{32}`,
  ),
  hostPorts: expression(`${hostPort}(,${hostPort})*`),
  windowsUser: expression(`((${netBios}|${domain})\\\\)?${user}`),
};
