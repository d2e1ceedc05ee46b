/** What Go's encoding/json and strconv do to strings and numbers, where JavaScript does otherwise. */

/** The key that sigs.k8s.io/yaml makes of a float key: strconv.FormatFloat(value, 'g', -1, 32). */
export function formatFloat32(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  let precision = 1;
  while (precision < 9 && Math.fround(Number(single.toExponential(precision - 1))) !== single) precision++;
  const [mantissa = '', exponent = '0'] = single.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  // internal/strconv/ftoa.go: the shortest form takes %e below 1e-04 and from 1e+06.
  if (power < -4 || power >= 6) {
    const sign = power < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return String(Number(`${mantissa}e${power}`));
}

/** Lone surrogates become U+FFFD, as in Go, whose strings cannot hold them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\u{fffd}');
}

/** The bytes as Go's encoding/json writes such a string: each byte that is not UTF-8 becomes U+FFFD. */
export function utf8Lossy(bytes: Uint8Array): string {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    try {
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += '\u{fffd}';
      at++;
    }
  }
  return text;
}
