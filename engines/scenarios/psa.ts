/**
 * What a bundle for PodSecurity admission does besides telling a good pod from a bad one, shown on a real API server with
 * its AdmissionConfiguration in force: modes, workloads, exemptions, the guard. Each scenario holds a refusal or a word of
 * one, and an admission, so that each of them fails with the level privileged in place of the real one.
 */

import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { psa } from '../../src/backends/psa/index.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import type { ApiServer } from '../../src/verify/apiserver/server.js';
import type { Judgement } from '../../src/verify/apiserver/verdict.js';
import { EngineError } from '../../src/verify/errors.js';
import { trackDirectory } from '../../src/verify/process.js';
import type { Tally } from '../agreement.js';
import { startApiServer } from '../apiserver.js';
import {
  admits,
  bad,
  compiled,
  configured,
  denies,
  good,
  labelsOf,
  level,
  pod,
  type Scenario,
  type World,
} from '../psa-world.js';
import { workloadShapes } from '../shapes.js';
import { judgedEmptied } from './empty-values.js';
import { container as goodContainer, goodSpec } from './pods.js';
import { guards } from './psa-guard.js';
import { Telling } from './run.js';
import { workload } from './workload.js';

async function labelled(server: ApiServer, name: string, policy: Policy, probe: (of: Judgement) => boolean) {
  await server.namespace(name, labelsOf(policy));
  await server.waitFor(name, pod('probe', { ...goodSpec, hostPID: true }), probe, { timeoutMs: 5_000 });
}

const configuration: readonly Scenario[] = [
  {
    name: 'the configuration: a namespace without labels has the level, an added ephemeral container too',
    topics: ['a bad pod is refused, a good one runs', 'added ephemeral containers'],
    run: async ({ server }) => {
      await server.namespace('plain');
      denies(await server.dryRunCreate('plain', bad));
      admits(await server.dryRunCreate('plain', good));
      await server.withStored('plain', good, async (stored) => {
        const spec: unknown = Reflect.get(stored, 'spec');
        const add = (container: JsonObject) => {
          const ephemeralContainers = [{ ...container, name: 'debug' }];
          const update = Object.assign({}, stored, {
            spec: Object.assign({}, spec, { ephemeralContainers }),
          });
          return server.dryRunUpdate('plain', update, { subresource: 'ephemeralcontainers' });
        };
        denies(await add({ ...goodContainer, securityContext: { privileged: true } }));
        admits(await add(goodContainer));
      });
    },
  },
  {
    name: 'the configuration: namespaces out of scope and exempt ones, an exempt user and an exempt runtime class',
    topics: ['a namespace out of scope', 'an exempt namespace', 'an exempt user', 'an exempt runtime class'],
    run: async ({ server }) => {
      await server.namespace('plain');
      await server.namespace('exempt');
      denies(await server.dryRunCreate('plain', bad));
      for (const out of ['kube-system', 'kube-public', 'kube-node-lease', 'exempt'])
        admits(await server.dryRunCreate(out, bad));
      const groups = ['system:masters'];
      admits(await server.dryRunCreate('plain', bad, { user: { name: 'exempt-user', groups } }));
      denies(await server.dryRunCreate('plain', bad, { user: { name: 'other-user', groups } }));
      for (const name of ['exempt-class', 'other-class'])
        await server.apply([
          { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, ...{ handler: 'any' } },
        ]);
      const of = (runtimeClassName: string) => pod('bad', { ...goodSpec, hostPID: true, runtimeClassName });
      admits(await server.dryRunCreate('plain', of('exempt-class')));
      denies(await server.dryRunCreate('plain', of('other-class')));
    },
  },
  ...workloadShapes
    .filter((shape) => shape !== 'Pod')
    .map(
      (shape): Scenario => ({
        name: `enforce: a ${shape} with a bad pod is admitted with a warning, its pods are refused`,
        topics: ['workloads, warned of'],
        run: async ({ server }) => {
          await server.namespace('plain');
          const judgement = await server.dryRunCreate('plain', workload(bad, shape));
          deepStrictEqual([judgement.verdict, judgement.warnings.length], ['allow', 1]);
          match(
            judgement.warnings[0] ?? '',
            /^would violate PodSecurity "restricted:v1\.\d+": .*hostPID=true/,
          );
          admits(await server.dryRunCreate('plain', workload(good, shape)));
          denies(await server.dryRunCreate('plain', bad));
        },
      }),
    ),
  {
    name: 'labels of mode warn: a bad pod is admitted with a warning, and not audited',
    topics: ['mode warn'],
    run: async ({ server, as, audited }) => {
      // Elsewhere the configuration refuses it: other modes are set to privileged here.
      const open = labelsOf(level('privileged', 'enforce'));
      await server.namespace('warned', { ...open, ...labelsOf(level(as('baseline'), 'warn')) });
      const warned = pod('warned', { ...goodSpec, hostPID: true });
      const judgement = await server.waitFor('warned', warned, ({ verdict }) => verdict === 'allow');
      match(judgement.warnings[0] ?? '', /^would violate PodSecurity "baseline:/);
      admits(await server.dryRunCreate('warned', good));
      strictEqual((await audited('warned'))['pod-security.kubernetes.io/audit-violations'], undefined);
    },
  },
  {
    name: 'labels of mode audit: a bad pod is admitted without a word, and audited',
    topics: ['mode audit'],
    run: async ({ server, as, audited }) => {
      const open = labelsOf(level('privileged', 'enforce'));
      await server.namespace('audited', { ...open, ...labelsOf(level(as('baseline'), 'audit')) });
      const seen = pod('audited', { ...goodSpec, hostPID: true });
      admits(await server.waitFor('audited', seen, ({ verdict }) => verdict === 'allow'));
      match(
        (await audited('audited'))['pod-security.kubernetes.io/audit-violations'] ?? '',
        /^would violate PodSecurity "baseline:/,
      );
    },
  },
  {
    name: 'labels of mode audit: a Deployment with a bad pod is admitted without a word, and audited',
    topics: ['workloads, reported'],
    run: async ({ server, as, audited }) => {
      const open = labelsOf(level('privileged', 'enforce'));
      await server.namespace('workload', { ...open, ...labelsOf(level(as('baseline'), 'audit')) });
      const made = workload(bad, 'Deployment');
      // PodSecurity admission sees the namespace as it was for a moment longer.
      await server.waitFor(
        'workload',
        made,
        ({ verdict, warnings }) => verdict === 'allow' && warnings.length === 0,
      );
      match(
        (await audited('workload'))['pod-security.kubernetes.io/audit-violations'] ?? '',
        /^would violate PodSecurity "baseline:/,
      );
    },
  },
  {
    name: 'update: a bad pod may change its metadata and its status, not its image',
    topics: ['update of metadata alone', 'update of an image', 'subresources that cannot change a spec'],
    run: async ({ server, as }) => {
      await server.namespace('updated', labelsOf(level('privileged', 'enforce')));
      await server.waitFor('updated', bad, ({ verdict }) => verdict === 'allow');
      await server.withStored('updated', bad, async (stored) => {
        await labelled(
          server,
          'updated',
          level(as('restricted'), 'enforce'),
          ({ verdict }) => verdict === 'deny',
        );
        admits(
          await server.dryRunUpdate('updated', {
            ...stored,
            metadata: Object.assign({}, stored.metadata, { labels: { app: 'other' } }),
          }),
        );
        const written = Object.assign({}, stored, { status: { phase: 'Running' } });
        admits(await server.dryRunUpdate('updated', written, { subresource: 'status' }));
        const containers = [{ ...goodContainer, image: 'example.com/app:2.0' }];
        const spec: unknown = Reflect.get(stored, 'spec');
        denies(
          await server.dryRunUpdate(
            'updated',
            Object.assign({}, stored, { spec: Object.assign({}, spec, { containers }) }),
          ),
        );
      });
    },
  },
  {
    name: 'update: a Deployment that gets a container more is warned of',
    topics: ['update of the number of containers'],
    run: async ({ server }) => {
      await server.namespace('plain');
      await server.withStored('plain', workload(good, 'Deployment'), async (stored) => {
        const wider = workload(
          pod('wider', {
            ...goodSpec,
            containers: [goodContainer, { name: 'b', image: 'example.com/b:1.0' }],
          }),
          'Deployment',
        );
        const { verdict, warnings } = await server.dryRunUpdate('plain', { ...stored, ...wider });
        deepStrictEqual([verdict, warnings.length], ['allow', 1]);
      });
    },
  },
  {
    name: 'manifests: null and empty values where a field is absent by default change no verdict',
    topics: ['null and empty values in a manifest'],
    run: async ({ server }) => {
      await server.namespace('plain');
      const seen = { admitted: 0, denied: 0 };
      const judged = [good, bad].flatMap((each) => judgedEmptied(level('restricted', 'enforce'), each));
      for (const { manifest, controls } of judged) {
        const judgement = await server.dryRunCreate('plain', { ...manifest, apiVersion: 'v1', kind: 'Pod' });
        // Some of what it decodes its own validation refuses.
        if (judgement.verdict === 'invalid') continue;
        if (controls.length > 0) denies(judgement);
        else admits(judgement);
        seen[controls.length > 0 ? 'denied' : 'admitted'] += 1;
      }
      strictEqual(seen.denied > 30 && seen.admitted > 30, true, JSON.stringify(seen));
    },
  },
  {
    name: 'labels come before the configuration',
    topics: [],
    run: async ({ server, as }) => {
      const baseline = level(as('baseline'), 'enforce');
      await labelled(server, 'relaxed', baseline, ({ policyDenials }) =>
        (policyDenials[0]?.binding ?? '').startsWith('baseline:'),
      );
      const half = pod('half', { ...goodSpec, securityContext: {} });
      admits(await server.dryRunCreate('relaxed', half));
      await server.namespace('plain');
      denies(await server.dryRunCreate('plain', half));
    },
  },
];

const scenarios: readonly Scenario[] = [...configuration, ...guards];

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [{ level: 'Metadata', verbs: ['create'] }],
};

/** What is wrong with each scenario; undefined where nothing is. */
async function runAll(as: World['as']): Promise<(string | undefined)[]> {
  const directory = mkdtempSync(join(tmpdir(), 'podsec-psa-'));
  const forget = trackDirectory(directory);
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const config = compiled(configured(as('restricted'))).find(({ path }) =>
    path.endsWith('-configuration.yaml'),
  );
  const log = join(directory, 'audit.log');
  const server = await startApiServer({
    flags: [
      `--admission-control-config-file=${file('configuration.yaml', config?.text ?? '')}`,
      '--authorization-mode=RBAC',
      `--audit-policy-file=${file('audit.yaml', JSON.stringify(auditPolicy))}`,
      `--audit-log-path=${log}`,
      '--audit-log-mode=blocking',
    ],
  });
  const audited = async (name: string): Promise<Record<string, string>> => {
    type Event = { objectRef?: { namespace?: string; name?: string }; annotations?: Record<string, string> };
    const events = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): Event => JSON.parse(line));
    const found = events
      .filter(({ objectRef }) => objectRef?.namespace === name && objectRef.name === name)
      .at(-1);
    if (found === undefined) throw new EngineError('psa', `no request for ${name} was audited`);
    return found.annotations ?? {};
  };
  try {
    const failures: (string | undefined)[] = [];
    for (const { run } of scenarios) {
      try {
        await run({ server, as, audited });
        failures.push(undefined);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    return failures;
  } finally {
    await server.stop();
    forget();
  }
}

export async function checkPsaScenarios(): Promise<Tally> {
  const telling = new Telling('psa');
  const failures = await runAll((name) => name);
  for (const [index, { name, topics }] of scenarios.entries()) telling.tell(name, failures[index], topics);
  const blind = await runAll(() => 'privileged');
  const silent = scenarios.filter((_, index) => blind[index] === undefined).map(({ name }) => name);
  telling.tell(
    `with the level privileged every one of ${scenarios.length} scenarios fails`,
    silent.length === 0 ? undefined : `these do not: ${silent.join('; ')}`,
  );
  return telling.matrix(psa, level('restricted', 'enforce'));
}
