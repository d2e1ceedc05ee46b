/**
 * src/schema/generated from the pinned Kubernetes module: types from its OpenAPI document, facts and defaults from
 * engines/psa, which asks the Go types and the server's own defaulting.
 */
import { readFile } from 'node:fs/promises';
import { moduleFile, psa } from './binary.js';
import { renderFacts, renderTypes } from './render-schema.js';

const target = 'src/schema/generated';

/** The generated files by their paths from the project's root. */
export async function deriveSchema(): Promise<ReadonlyMap<string, string>> {
  const schema: unknown = JSON.parse(await psa(['schema']));
  const document = await moduleFile('k8s.io/kubernetes', 'api', 'openapi-spec', 'v3', 'api__v1_openapi.json');
  const openapi: unknown = JSON.parse(await readFile(document, 'utf8'));
  return new Map([
    [`${target}/types.ts`, renderTypes(schema, openapi)],
    [`${target}/facts.ts`, renderFacts(schema)],
  ]);
}
