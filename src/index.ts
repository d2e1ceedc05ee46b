/** podsec: write a pod security policy once, compile it for every engine, evaluate it. */

export type { Backend, BundleFile, Capabilities, Compiled, Refusal, Target } from './backends/types.js';
export { compile } from './compile.js';
export type { Diagnostic, DiagnosticCode, Place } from './diagnostics.js';
export * from './dsl/index.js';
export { type AdmissionRequest, evaluate, type Finding, noRequest } from './evaluate.js';
export type { Level, Mode, Policy } from './ir/types.js';
export { activeControls, levelPolicy, levels, versionsWithChanges } from './levels/levels.js';
export { formatVersion, type Minor, newestMinor, parseVersion } from './levels/versions.js';
