/** How long OPA takes for a verdict: `opa bench` on the emitted Rego. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifierOf } from '../../src/backends/names.js';
import { rego } from '../../src/backends/rego/index.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { withBundle } from '../../src/verify/bundle.js';
import { EngineError } from '../../src/verify/errors.js';
import { run, trackDirectory } from '../../src/verify/process.js';
import { buildEngine } from '../build.js';

/** Milliseconds for one evaluation of `deny`, the mean of as many as `opa bench` finds fit to make. */
export async function opaBench(policy: Policy, pod: JsonObject): Promise<number> {
  const opa = await buildEngine('opa');
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-bench-'));
  const remove = trackDirectory(scratch);
  try {
    const input = join(scratch, 'input.json');
    writeFileSync(input, JSON.stringify(pod));
    return await withBundle(rego, [policy], async ({ files }) => {
      const data = files.flatMap((file) => ['--data', file]);
      const query = `data.podsec.${identifierOf(policy.name)}.deny`;
      const { stdout } = await run('opa', opa, [
        'bench',
        '--format',
        'json',
        '--input',
        input,
        ...data,
        query,
      ]);
      const { N, T }: { N: number; T: number } = JSON.parse(stdout);
      if (!(N > 0 && T > 0)) throw new EngineError('opa', 'bench has measured nothing', stdout);
      return T / N / 1e6;
    });
  } finally {
    remove();
  }
}
