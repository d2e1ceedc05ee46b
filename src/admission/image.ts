/**
 * The tag of an image reference, as k8s.io/kubernetes/pkg/util/parsers.ParseImageName finds it through
 * github.com/distribution/reference. The default pull policy follows it.
 */

const alphanumeric = '[a-z0-9]+';
const pathComponent = `${alphanumeric}(?:(?:[._]|__|-+)${alphanumeric})*`;
const path = `${pathComponent}(?:/${pathComponent})*`;
const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = '[A-Za-z0-9_][\\w.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(`^(?:(${domain})/)?(${path})(?::(${tag}))?(?:@(${digest}))?$`);

const digestLengths = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** go-digest knows three algorithms and wants lower case hexadecimal digits of their exact length. */
function isDigest(text: string): boolean {
  const [algorithm = '', encoded = ''] = text.split(':');
  return encoded.length === digestLengths.get(algorithm) && /^[a-f0-9]+$/.test(encoded);
}

// Where no domain is given, Go puts in the default one, which is a valid domain; which one does not matter to the tag.
const defaultDomain = 'default.invalid';
const maxPathLength = 255;

/**
 * The tag: the one written, `latest` where there is neither tag nor digest, and none where there is a digest only,
 * or where the reference is not valid (the caller ignores the error).
 */
export function imageTag(image: string): string {
  if (/^[a-f0-9]{64}$/.test(image)) return '';
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasDomain =
    slash >= 0 && (first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first);
  const rest = hasDomain ? image.slice(slash + 1) : image;
  const name = rest.split(':')[0] ?? '';
  if (name.toLowerCase() !== name) return '';
  // An official image is under library/ of the default domain; that changes the path's length, not its tag.
  const prefixed = !hasDomain && !rest.includes('/') ? `library/${rest}` : rest;
  const match = reference.exec(`${hasDomain ? first : defaultDomain}/${prefixed}`);
  if (!match) return '';
  const [, , matchedPath = '', matchedTag = '', matchedDigest = ''] = match;
  if (matchedPath.length > maxPathLength || (matchedDigest !== '' && !isDigest(matchedDigest))) return '';
  return matchedTag === '' && matchedDigest === '' ? 'latest' : matchedTag;
}
