/** Every place in the repository that pins the Kubernetes release, as edits of texts: pure, so that a test sees them all. */

export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `1.38.0` or `v1.38.0`; undefined for anything else. */
export function parseRelease(text: string): Release | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (found === null) return undefined;
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map(Number);
  return { major, minor, patch };
}

export const releaseText = ({ major, minor, patch }: Release): string => `${major}.${minor}.${patch}`;

/** The staging modules, k8s.io/api and so on, have the release's number with 0 in front. */
export const stagingText = ({ minor, patch }: Release): string => `v0.${minor}.${patch}`;

/** Negative where the first is older. */
export function compareReleases(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Go modules that require Kubernetes. */
export const modules = ['psa', 'apiserver', 'celcheck', 'yaml'] as const;

/** A text with the pins of another release, or what was not found in it. */
type Edit = (text: string, from: Release, to: Release) => string;

/** By path from the project's root. */
export const pins: Readonly<Record<string, Edit>> = {
  ...Object.fromEntries(modules.map((name): [string, Edit] => [`engines/${name}/go.mod`, goMod])),
  'engines/build.ts': (text, from, to) =>
    replaced(
      replaced(
        text,
        `const KUBERNETES = 'v${releaseText(from)}';`,
        `const KUBERNETES = 'v${releaseText(to)}';`,
      ),
      `gitMinor=${from.minor}\``,
      `gitMinor=${to.minor}\``,
    ),
  'engines/psa/judge.go': (text, from, to) =>
    replaced(
      replaced(text, `const newestMinor = ${from.minor}\n`, `const newestMinor = ${to.minor}\n`),
      `the pinned release: kubernetes 1.${from.minor}.`,
      `the pinned release: kubernetes 1.${to.minor}.`,
    ),
  'engines/celcheck/main.go': (text, from, to) =>
    text.includes(`,1.${to.minor}", "releases`)
      ? text
      : replaced(text, `,1.${from.minor}", "releases`, `${newer(from, to)}", "releases`),
  'engines/README.md': (text, from, to) =>
    replaced(text, `kube-apiserver ${releaseText(from)}`, `kube-apiserver ${releaseText(to)}`),
};

/** Each minor from the one that is listed to the new one: the list goes on without a gap. */
function newer(from: Release, to: Release): string {
  const count = Math.max(1, to.minor - from.minor + 1);
  return Array.from({ length: count }, (_, index) => `,1.${from.minor + index}`).join('');
}

/** Requirements and replacements; `go mod tidy` sees to what these require in turn. */
function goMod(text: string, from: Release, to: Release): string {
  const line = new RegExp(`(?<=(?<![\\w.])k8s\\.io/\\S+ v[01]\\.)${from.minor}\\.${from.patch}\\b`, 'g');
  if (text.search(line) < 0) throw new Error(`no module of Kubernetes ${releaseText(from)}`);
  return text.replace(line, `${to.minor}.${to.patch}`);
}

function replaced(text: string, from: string, to: string): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`\`${from.trim()}\` does not occur exactly once`);
  return `${before}${to}${after}`;
}

export interface PinEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The edits that change something. Throws where a pin is not where it was: it has moved, and `pins` has to follow. */
export function pinEdits(read: (path: string) => string, from: Release, to: Release): PinEdit[] {
  return Object.entries(pins).flatMap(([path, edit]): PinEdit[] => {
    const before = read(path);
    try {
      const after = edit(before, from, to);
      return after === before ? [] : [{ path, before, after }];
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** Lines as `diff` writes them, of texts with the same number of lines. */
export function changedLines({ path, before, after }: PinEdit): string[] {
  const now = after.split('\n');
  return before
    .split('\n')
    .flatMap((line, index) =>
      line === now[index]
        ? []
        : [`${path}:${index + 1}: - ${line.trim()}`, `${path}:${index + 1}: + ${now[index]?.trim()}`],
    );
}

/** Where the old release is named in a text that nobody rewrites: `path:line: text`. */
export function mentions(path: string, text: string, { minor, patch }: Release, newMinor: boolean): string[] {
  const exact = `(?<![\\d.])[01]\\.${minor}\\.${patch}(?!\\d)`;
  // A policy version, `v1.37`, stays what it is.
  const named = new RegExp(newMinor ? `${exact}|(?<![\\dv.])1\\.${minor}(?!\\d)` : exact);
  return text
    .split('\n')
    .flatMap((line, index) =>
      named.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
    );
}
