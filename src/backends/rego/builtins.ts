/**
 * OPA's builtins that the Wasm runtime has natively (builtinsFunctions of opa/internal/compiler/wasm) and that printed
 * Rego may call. What opa-wasm implements in JavaScript instead (sprintf, split by regex, YAML) differs from OPA in
 * details, and `sprintf` with %q throws.
 */
const native = new Set([
  'array.concat',
  'array.slice',
  'base64.encode',
  'concat',
  'count',
  'endswith',
  'format_int',
  'is_array',
  'is_boolean',
  'is_number',
  'is_object',
  'is_string',
  'numbers.range',
  'object.get',
  'object.keys',
  'object.remove',
  'object.union',
  'set',
  'sort',
  'split',
  'startswith',
  'strings.replace_n',
  'trim_prefix',
  'trim_space',
  'trim_suffix',
  'type_name',
  'walk',
]);

const definition = /^(?:default )?([a-z_]\w*)\(/gim;
const callee = /(?:\b[a-z_][\w]*\.)*\b[a-z_]\w*(?=\()/gi;

/** The functions that a module calls, and that it defines; strings and comments are no calls. */
export function functionsOf(module: string): { called: Set<string>; defined: Set<string> } {
  const code = module.replace(/"(?:[^"\\]|\\.)*"|#.*$/gm, (text) => (text.startsWith('#') ? '' : '""'));
  const defined = new Set([...code.matchAll(definition)].map((match) => match[1] ?? ''));
  return { called: new Set(code.match(callee) ?? []), defined };
}

/** Throws where a module calls anything but its own functions, the library's, and native builtins: a defect of podsec. */
export function checkBuiltins(module: string, library: string): void {
  const { called, defined } = functionsOf(module);
  const shared = functionsOf(library).defined;
  for (const name of called) {
    const known = name.startsWith('lib.')
      ? shared.has(name.slice('lib.'.length))
      : native.has(name) || defined.has(name);
    if (!known) throw new TypeError(`printed Rego calls ${name}, which is not known to run natively in Wasm`);
  }
}
