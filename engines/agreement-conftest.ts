/** The emitted levels in conftest against `evaluate`: manifests in files, as they are and in each kind of workload by turns. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifierOf } from '../src/backends/names.js';
import { rego } from '../src/backends/rego/index.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import { findingsOf } from '../src/verify/judged.js';
import { trackDirectory } from '../src/verify/process.js';
import { allowAll, demandBlindRowsFail, judgedPods, Row, sum, type Tally, tally } from './agreement.js';
import { judgedLevels } from './corpus.js';
import { conftestTest } from './opa.js';
import { asWorkload, workloadShapes } from './shapes.js';

/** One in so many of the pods: conftest opens a file for each. */
const share = 11;

async function rowFor(policy: Policy, compiledAs: Policy, pods: readonly JsonObject[]): Promise<Row> {
  const row = new Row('conftest', policy.name);
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-conftest-'));
  const remove = trackDirectory(scratch);
  try {
    const files = pods.map((pod, index) => {
      const shape = workloadShapes[index % workloadShapes.length] ?? 'Pod';
      const file = join(scratch, `${index}.json`);
      writeFileSync(file, JSON.stringify(asWorkload(pod, shape)));
      return file;
    });
    const namespace = `podsec.${identifierOf(policy.name)}`;
    const results = await withBundle(rego, [compiledAs], ({ directory }) =>
      conftestTest(directory, files, namespace),
    );
    const byFile = new Map(results.map((result) => [result.filename, result.failures ?? []]));
    for (const [index, pod] of pods.entries()) {
      const failures = byFile.get(files[index] ?? '');
      if (failures === undefined) throw new EngineError('conftest', `said nothing of ${files[index]}`);
      const findings = findingsOf(policy, pod);
      const subject = () => JSON.stringify(pod);
      row.compare(
        findings.map(({ control }) => control),
        failures.map(({ metadata }) => String(metadata?.control)),
        subject,
      );
      if (findings.length > 0 && failures.length > 0)
        row.compareMessage(findings, failures.map(({ msg }) => msg).join('; '), subject);
    }
    return row;
  } finally {
    remove();
  }
}

export async function checkConftest(): Promise<Tally> {
  const pods = (await judgedPods()).filter((_, index) => index % share === 0);
  const policies = judgedLevels.map((level) => levelPolicy(level, newestMinor));
  const rows: Row[] = [];
  const blind: Row[] = [];
  for (const policy of policies) {
    rows.push(await rowFor(policy, policy, pods));
    blind.push(await rowFor(policy, allowAll(policy), pods.slice(0, 100)));
  }
  return sum(tally(rows), demandBlindRowsFail(blind));
}
