/** Kyverno's own command line on emitted bundles, as users run it: `kyverno test` and `kyverno apply`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../src/backends/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { writeYaml } from '../src/manifest/write.js';
import { type Bundle, withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import { type Tally, without } from './agreement.js';
import { forms } from './agreement-kyverno.js';
import { kyvernoCli, kyvernoTest, type SuiteCounts } from './kyverno.js';
import { asWorkload, workloadShapes } from './shapes.js';

const policy = levelPolicy('restricted', newestMinor);

/** `kyverno apply` of the directory to manifests. */
async function applied({ directory }: Bundle, manifests: readonly JsonObject[]): Promise<SuiteCounts> {
  // Documents, as Kyverno 1.19.1 panics on a List. Not among the policies.
  const resource = join(directory, '.manifests.yaml');
  writeFileSync(resource, writeYaml(manifests));
  const { code, stdout } = await kyvernoCli(directory, ['apply', `${directory}/`, '--resource', resource]);
  const [, pass, fail, warn, error, skip] =
    /pass: (\d+), fail: (\d+), warn: (\d+), error: (\d+), skip: (\d+)/.exec(stdout) ?? [];
  if (pass === undefined || Number(error) + Number(warn) + Number(skip) > 0)
    throw new EngineError('kyverno', 'kyverno apply errs or skips', stdout);
  return { code, passed: Number(pass), failed: Number(fail) };
}

/** A pod of each kind of object, written with nulls. */
function manifestsOf(spec: JsonObject): readonly JsonObject[] {
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', annotations: null },
    spec: { volumes: null, initContainers: null, ...spec },
  };
  return workloadShapes.map((shape) => asWorkload(pod, shape));
}

const good: JsonObject = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'app',
      image: 'example.com/app:1.0',
      ports: null,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { add: null, drop: ['ALL'] } },
    },
  ],
};

async function checkForm(backend: Backend): Promise<readonly (readonly [string, boolean, string])[]> {
  const lines: [string, boolean, string][] = [];
  const said = (what: string, { code, passed, failed }: SuiteCounts, holds: boolean) =>
    lines.push([
      `${backend.target}: ${what}`,
      holds,
      `exit code ${code}, ${passed} passed, ${failed} failed`,
    ]);
  await withBundle(backend, [policy], async (bundle) => {
    const whole = await kyvernoTest(bundle.directory);
    said('the suite passes', whole, whole.code === 0 && whole.passed > 10 && whole.failed === 0);
    const all = workloadShapes.length;
    const allowed = await applied(bundle, manifestsOf(good));
    said('good manifests pass', allowed, allowed.code === 0 && allowed.passed === all);
    const denied = await applied(bundle, manifestsOf({ ...good, hostPID: true }));
    said('bad manifests fail', denied, denied.code === 1 && denied.failed === all && denied.passed === 0);
    // A control less is to be noticed by one of the suite's pods; the step `bundles` has all of them.
    for (const { id } of policy.controls.slice(0, 2)) {
      const cut = await withBundle(backend, [without(policy, id)], async (weaker) => {
        for (const file of bundle.files) {
          const text = readFileSync(file.replace(bundle.directory, weaker.directory), 'utf8');
          writeFileSync(file, text);
        }
        return kyvernoTest(bundle.directory);
      });
      said(`without ${id} the suite fails`, cut, cut.code === 1 && cut.failed > 0);
    }
  });
  return lines;
}

export async function checkKyvernoCli(): Promise<Tally> {
  const failures: string[] = [];
  let passed = 0;
  for (const backend of forms) {
    for (const [what, holds, found] of await checkForm(backend)) {
      process.stderr.write(`${holds ? 'ok  ' : 'FAIL'} ${what}: ${found}\n`);
      if (holds) passed += 1;
      else failures.push(`${what}: ${found}`);
    }
  }
  return { passed, failures };
}
