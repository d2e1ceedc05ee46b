import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { value as written } from '../../src/ir/json-schema.js';
import { irSchema, keyOrder, nodeMeanings } from '../../src/ir/schema.js';
import { irVersion } from '../../src/ir/types.js';
import { allLevelPolicies } from './levels.js';

const docs = join(import.meta.dirname, '../../docs');
const recording = process.env.PODSEC_RECORD === '1';

/** Compares with what the docs hold, or writes it there. */
function expectRecorded(file: string, update: (current: string) => string): void {
  const path = join(docs, file);
  const current = readFileSync(path, 'utf8');
  const updated = update(current);
  if (recording) writeFileSync(path, updated);
  else
    expect(current, `docs/${file} is not current; PODSEC_RECORD=1 npx vitest run test/ir records it`).toBe(
      updated,
    );
}

/** As the formatter writes it: lists of words on one line where they fit. */
function formatted(json: unknown): string {
  const lines = JSON.stringify(json, null, 2).replace(
    /^(.*)\[\n([^[\]{}]*)\n +\](,?)$/gm,
    (all, before: string, words: string, after: string) => {
      const line = `${before}[${words.trim().replace(/\n +/g, ' ')}]${after}`;
      return line.length <= 110 ? line : all;
    },
  );
  return `${lines}\n`;
}

describe('the schema of the IR', () => {
  it('is a JSON Schema of draft 2020-12', () => {
    expect(new Ajv2020({ strict: false }).validateSchema(irSchema)).toBe(true);
    expect(irSchema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:podsec:ir:${irVersion}`,
    });
  });

  it('needs none of ajv’s own keywords to accept and refuse', () => {
    // Without `discriminator`, as any other validator sees it.
    const plain: unknown = JSON.parse(JSON.stringify(irSchema), (key, value: unknown) =>
      key === 'discriminator' ? undefined : value,
    );
    if (typeof plain !== 'object' || plain === null) throw new TypeError('no schema');
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(plain);
    for (const policy of allLevelPolicies()) expect(validate(policy)).toBe(true);
    const [policy] = allLevelPolicies();
    expect(validate({ ...policy, mode: 'block' })).toBe(false);
    expect(validate({ ...policy, controls: [{ id: 'a', unless: { kind: 'nand' } }] })).toBe(false);
  });

  it('closes every object, but for a value that is written, and demands each of its fields', () => {
    let objects = 0;
    JSON.stringify(irSchema, (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('additionalProperties' in value)) return value;
      if (!('properties' in value)) {
        expect(value).toEqual(written.schema);
        return value;
      }
      objects++;
      const { additionalProperties, properties, required } = { required: [], ...value };
      expect(additionalProperties).toBe(false);
      expect(required).toEqual(Object.keys(Object(properties)));
      return value;
    });
    expect(objects).toBeGreaterThan(45);
  });

  it('says what each node kind means', () => {
    const kinds = Object.values(nodeMeanings).flatMap((meanings) => Object.entries(meanings));
    expect(kinds.length).toBe(42);
    expect(new Set(kinds.map(([kind]) => kind)).size).toBe(kinds.length);
    expect(kinds.filter(([, meaning]) => !/^[A-Z`].*\.$/.test(meaning))).toEqual([]);
  });

  it('orders every field that a policy has', () => {
    const used = new Set<string>();
    JSON.stringify(allLevelPolicies(), (key, value: unknown) => {
      if (/\D/.test(key)) used.add(key);
      return value;
    });
    expect([...used].filter((key) => !keyOrder.includes(key))).toEqual([]);
  });

  it('is published in docs/ir.schema.json', () => {
    expectRecorded('ir.schema.json', () => formatted(irSchema));
  });

  it('is what docs/ir.md lists', () => {
    const tables: Record<string, string> = Object.fromEntries(
      Object.entries(nodeMeanings).map(([union, meanings]) => {
        const rows = Object.entries(meanings).map(([kind, meaning]) => `| \`${kind}\` | ${meaning} |`);
        return [union, ['| kind | meaning |', '|---|---|', ...rows].join('\n')];
      }),
    );
    expectRecorded('ir.md', (current) =>
      current.replace(
        /(<!-- kinds: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
        (_all, start: string, union: string, stop: string) => `${start}${tables[union]}\n${stop}`,
      ),
    );
    for (const union of Object.keys(tables)) {
      expect(readFileSync(join(docs, 'ir.md'), 'utf8')).toContain(`<!-- kinds: ${union} -->`);
    }
  });
});
