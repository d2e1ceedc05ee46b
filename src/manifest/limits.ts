/** The bounds of reading. Each is a diagnostic when it is passed; the other documents of the input are still read. */
export interface Limits {
  /** Bytes of one document: a YAML document, a JSON object, or one item of a streamed JSON list. */
  readonly documentBytes: number;
  /** How deep mappings and sequences nest, aliases expanded. */
  readonly depth: number;
  /** A JSON object that is larger is not held: the items of its list are read one by one. */
  readonly streamBytes: number;
}

/**
 * - documentBytes: the API server accepts request bodies of 3 MiB (apiserver's MaxRequestBodyBytes), so nothing
 *   larger can be stored; YAML lists of several objects may be larger than one request, hence more.
 * - depth: Go's JSON decoder stops at 10,000; a pod nests 12 deep, a CRD schema below 100.
 *   1,000 keeps recursive readers of the value far from the end of Node's stack.
 */
export const defaultLimits: Limits = {
  documentBytes: 16 * 1024 * 1024,
  depth: 1000,
  streamBytes: 1024 * 1024,
};
