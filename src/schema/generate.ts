/**
 * Writes ./generated from the pinned Kubernetes module: types from its OpenAPI document, facts and defaults from
 * engines/psa, which asks the Go types and the server's own defaulting.
 *
 *     npx jiti src/schema/generate.ts [--check]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleDirectory, psa } from '../../engines/psa/binary.js';
import { renderFacts, renderTypes } from './render.js';

const target = join(import.meta.dirname, 'generated');

function generate(): ReadonlyMap<string, string> {
  const schema: unknown = JSON.parse(psa(['schema']));
  const module = moduleDirectory('k8s.io/kubernetes');
  const openapi: unknown = JSON.parse(
    readFileSync(join(module, 'api/openapi-spec/v3/api__v1_openapi.json'), 'utf8'),
  );
  return new Map([
    ['types.ts', renderTypes(schema, openapi)],
    ['facts.ts', renderFacts(schema)],
  ]);
}

function main(check: boolean): number {
  const files = generate();
  let drifted = 0;
  for (const [name, text] of files) {
    const path = join(target, name);
    const current = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (current === text) continue;
    if (check) {
      drifted++;
      process.stderr.write(
        `${path} differs from what Kubernetes says; run npx jiti src/schema/generate.ts\n`,
      );
    } else {
      mkdirSync(target, { recursive: true });
      writeFileSync(path, text);
      process.stderr.write(`wrote ${path}\n`);
    }
  }
  return drifted > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.includes('--check'));
