/** The form of the tables of values. */
import type { Json } from '../../manifest/types.js';

/** How a string has to look. `src/solver/formats.ts` has an automaton for each. */
export type Format =
  /** Lower case letters, digits, and `-` between them (IsDNS1123Label). */
  | 'dnsLabel'
  /** Labels with dots between them (IsDNS1123Subdomain). */
  | 'dnsSubdomain'
  /** The same, or empty: where an empty text stands for none. */
  | 'labelOrEmpty'
  | 'subdomainOrEmpty'
  /** A subdomain in letters of either case (ValidateCSIDriverName). */
  | 'driverName'
  /** A version, with a group and `/` in front of it or not (validateOwnerReference). */
  | 'groupVersion'
  /** A label key: a subdomain and `/` in front of a name, or the name alone (IsQualifiedName). */
  | 'qualifiedName'
  /** The same with a subdomain in letters of either case (ValidateAnnotations). */
  | 'annotationKey'
  /** The same, and never the name alone (ValidateUserAnnotations). */
  | 'domainKey'
  /** Empty, or a name (IsValidLabelValue). */
  | 'labelValue'
  | 'notEmpty'
  /** Not empty, and no white space at either end. */
  | 'trimmed'
  /** Not empty, and none of its parts between `/` is `..` (validatePathNoBacksteps). */
  | 'path'
  /** With `/` in front (path.IsAbs). */
  | 'absolutePath'
  /** Not absolute, and without `..` (validateLocalDescendingPath). */
  | 'relativePath'
  /** The same, and no `..` in front of its first part (ValidateLocalNonReservedPath). */
  | 'unreservedPath'
  /** Without `/` (validateFlockerVolumeSource). */
  | 'withoutSlash'
  /** Segments of lower case letters, digits, `-` and `_`, with `.` or `/` between (IsValidSysctlName). */
  | 'sysctl'
  /** Of characters of ASCII that print, without `=` (IsRelaxedEnvVarName). */
  | 'variable'
  /** Letters, digits and `-` (IsHTTPHeaderName). */
  | 'header'
  /** Letters, digits, `-`, `_` and dots, of which two are not in front (IsConfigMapKey). */
  | 'configKey'
  /** A field of the pod that a variable can have (validateObjectFieldSelector). */
  | 'podField'
  /** The same of a file in a volume. */
  | 'podMetadata'
  /** A resource of a container (validateContainerResourceFieldSelector). */
  | 'resourceField'
  /**
   * An address of IPv4 or IPv6 (IsValidIPForLegacyField). Of the latter these rules know those that begin with another digit than
   * zero and have no address of IPv4 at their end, and `::` with two groups behind it at most.
   */
  | 'address'
  /** A subdomain, or what may be in front of one: before a `-` at the end any character goes (maskTrailingDash). */
  | 'namePrefix'
  /** The same without `/` and `%` (IsValidPathSegmentPrefix of apimachinery/pkg/api/validation/path). */
  | 'generatedName'
  /** Of a port: lower case letters, digits and single `-` between them, and a letter (IsValidPortName). */
  | 'portName'
  /** A subdomain whose labels may have `_`, with or without a `.` behind; or `.` alone (validatePodDNSConfig). */
  | 'searchDomain'
  /** Two labels or more with dots between them, `/`, and labels with dots between them (ValidateSignerName). */
  | 'signerName'
  /** A subdomain, behind that of who signed or alone (ValidateClusterTrustBundleName). */
  | 'trustBundle'
  /** The name of an initiator or a target of iSCSI (validateISCSIVolumeSource). */
  | 'iqn'
  /** Hosts with ports, separated by commas (validateQuobyteVolumeSource). */
  | 'hostPorts'
  /** A user of Windows, with a domain in front or not (validateWindowsSecurityContextOptions). */
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
  /** In bytes of UTF-8. */
  readonly longest?: number;
  readonly min?: number;
  readonly max?: number;
  /** No other value. */
  readonly among?: readonly string[];
  /** What a person would write where nothing is said about it. */
  readonly like?: Json;
}

/** Who may do what with a file, by its bits. */
export const fileMode: ValueRule = { min: 0, max: 0o777 };

/** The rules of the fields of a type, as `TYPE.FIELD`. */
export const of = (type: string, fields: Readonly<Record<string, ValueRule>>) =>
  Object.entries(fields).map(([field, rule]): [string, ValueRule] => [`${type}.${field}`, rule]);
