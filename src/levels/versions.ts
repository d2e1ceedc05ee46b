import { kubernetesVersion } from '../schema/index.js';

declare const minorBrand: unique symbol;

/** A minor of Kubernetes 1 that podsec knows the levels of: 0 to `newestMinor`. */
export type Minor = number & { readonly [minorBrand]: true };

/** The policy versions there are, `v1.0` to that of the pinned Kubernetes. */
export type VersionText = `v1.${UpTo<NewestMinor>}`;

type NewestMinor = typeof kubernetesVersion extends `1.${infer Of extends number}.${string}` ? Of : never;
type UpTo<Last extends number, Counted extends readonly unknown[] = []> = Counted['length'] extends Last
  ? Last
  : Counted['length'] | UpTo<Last, [...Counted, unknown]>;

const [, minorText] = kubernetesVersion.replace(/^v/, '').split('.');

/** The newest policy version that the pinned reference knows. */
export const newestMinor: Minor = newest(Number(minorText));

export function isMinor(value: number): value is Minor {
  return isUpTo(value, newestMinor);
}

function isUpTo(value: number, limit: number): value is Minor {
  return Number.isInteger(value) && value >= 0 && value <= limit;
}

function newest(value: number): Minor {
  if (!isUpTo(value, value))
    throw new TypeError(`the schema was generated from Kubernetes ${kubernetesVersion}`);
  return value;
}

/**
 * Reads `latest`, `v1.25` or `1.25`; undefined where podsec knows no such version.
 * `latest` is the newest minor: it is resolved when a policy is compiled, and written down.
 */
export function parseVersion(text: string): Minor | undefined {
  const minor =
    text === 'latest' ? newestMinor : Number(/^v?1\.(0|[1-9]\d{0,3})$/.exec(text)?.[1] ?? Number.NaN);
  return isMinor(minor) ? minor : undefined;
}

export function formatVersion(minor: Minor): string {
  return `v1.${minor}`;
}
