/** The form of the tables of values. */
import type { Json } from '../../manifest/types.js';

/** How a string has to look. `src/solver/formats.ts` has an automaton for each. */
export type Format =
  /** Lower case letters, digits, and `-` between them (IsDNS1123Label). */
  | 'dnsLabel'
  /** Labels with dots between them (IsDNS1123Subdomain). */
  | 'dnsSubdomain'
  /** A label or annotation key: a subdomain and `/` in front of a name, or the name alone (IsQualifiedName). */
  | 'qualifiedName'
  /** Empty, or a name (IsValidLabelValue). */
  | 'labelValue'
  | 'notEmpty'
  /** Not empty, and no white space at either end. */
  | 'trimmed'
  /** Not empty, and none of its parts between `/` is `..` (validatePathNoBacksteps). */
  | 'path'
  /** The same, and not absolute (validateLocalDescendingPath). */
  | 'relativePath'
  /** Segments of lower case letters, digits, `-` and `_`, with `.` or `/` between (IsValidSysctlName). */
  | 'sysctl'
  /** A letter or `_`, and more of these and digits; the API server takes further ones (IsRelaxedEnvVarName). */
  | 'variable'
  /** An address of IPv4; of the others the rules know none (IsValidIPForLegacyField). */
  | 'address'
  /** A subdomain, with `-` behind it or not; the API server takes further ones, as of two last characters it sees none (maskTrailingDash). */
  | 'namePrefix'
  /** Of a port: lower case letters, digits and single `-` between them, and a letter (IsValidPortName). */
  | 'portName'
  /** A subdomain whose labels may have `_`, with or without a `.` behind; or `.` alone (validatePodDNSConfig). */
  | 'searchDomain'
  /** Two labels or more with dots between them, `/`, and labels with dots between them (ValidateSignerName). */
  | 'signerName'
  /** A user of Windows: these rules know names of letters and digits (validateWindowsSecurityContextOptions). */
  | 'windowsUser';

export interface ValueRule {
  /** Absence is refused where the object is there. */
  readonly required?: true;
  /** The API server writes it where it is absent. */
  readonly written?: true;
  /** Presence is refused. */
  readonly absent?: true;
  /** Given where nobody asks, as one way of several to say what has to be said. */
  readonly usual?: true;
  readonly format?: Format;
  /** In characters. */
  readonly longest?: number;
  readonly min?: number;
  readonly max?: number;
  /** No other value. */
  readonly among?: readonly string[];
  /** What a person would write where nothing is said about it. */
  readonly like?: Json;
}

/** The rules of the fields of a type, as `TYPE.FIELD`. */
export const of = (type: string, fields: Readonly<Record<string, ValueRule>>) =>
  Object.entries(fields).map(([field, rule]): [string, ValueRule] => [`${type}.${field}`, rule]);
