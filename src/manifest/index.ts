export { type InputOptions, readInputs } from './inputs.js';
export { defaultLimits, type Limits } from './limits.js';
export { readText } from './read.js';
export type { Document, DocumentPath, Json, JsonObject, ReadEvent } from './types.js';
export { writeYaml } from './write.js';
