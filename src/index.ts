/** podsec: write a pod security policy once, compile it for every engine, evaluate it. */

export { type Admission, admit } from './admission/index.js';
export type {
  Backend,
  BackendOptions,
  BundleFile,
  Capabilities,
  Compiled,
  Refusal,
  Target,
} from './backends/types.js';
export { compile } from './compile.js';
export type { Diagnostic, DiagnosticCode, Place } from './diagnostics.js';
export * from './dsl/index.js';
export {
  type AdmissionRequest,
  evaluate,
  type Finding,
  type Mutated,
  mutate,
  noRequest,
  type Writing,
} from './evaluate.js';
export { parsePolicy } from './ir/parse.js';
export { policyJson, printPolicy } from './ir/print.js';
export { irSchema } from './ir/schema.js';
export { irVersion, type Level, type Mode, type Policy } from './ir/types.js';
export { activeControls, levelPolicy, levels, versionsWithChanges } from './levels/levels.js';
export { formatVersion, type Minor, newestMinor, parseVersion } from './levels/versions.js';
