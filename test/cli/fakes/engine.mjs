#!/usr/bin/env node
/**
 * Stands for an engine, as which it is called: opa, conftest, gator or kyverno. It speaks their command lines, and knows one
 * policy, `hosts`: no hostNetwork, no hostPID. FAKE_ENGINE says in which way it goes wrong. As kube-apiserver or etcd it can
 * do nothing else.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const name = basename(process.argv[1]).replace(/^kubectl-/, '');
const args = process.argv.slice(2);
const how = process.env.FAKE_ENGINE ?? 'honest';

function denied(pod) {
  if (how === 'blind') return [];
  return ['hostNetwork', ...(how === 'half' ? [] : ['hostPID'])].filter((field) => pod.spec?.[field] === true);
}
/** Judges none of what it is given, or all but the last. */
const judged = (list) => (how === 'silent' ? [] : how === 'skips' ? list.slice(0, -1) : list);
const message = (controls) => `podsec hosts: ${controls.join(', ')}: words`;
const after = (option) => args[args.lastIndexOf(option) + 1];
const documents = (file) => readFileSync(file, 'utf8').split('\n---\n').map((text) => JSON.parse(text));

const versions = {
  opa: ['version', 'Version: 1.22.2\nBuild Commit: \n'],
  conftest: ['--version', 'Conftest: 0.71.1\nOPA: 1.21.1\n'],
  gator: ['version', 'GitVersion:    v3.23.1\n'],
  kyverno: ['version', 'Version: v1.19.1\n'],
  'kube-apiserver': ['--version', 'Kubernetes v1.37.2\n'],
  etcd: [],
};

const engines = {
  opa() {
    const denials = (pod) => denied(pod).map((control) => ({ control, msg: 'words' }));
    if (args.includes('--stdin-input')) return denials(JSON.parse(readFileSync(0, 'utf8')));
    const [{ inputs }] = Object.values(JSON.parse(readFileSync(after('--data'), 'utf8')));
    return judged(inputs).map((pod, index) => [index, denials(pod)]);
  },
  conftest() {
    const directory = args.at(-1);
    return judged(readdirSync(directory)).map((file) => {
      const failures = denied(JSON.parse(readFileSync(join(directory, file), 'utf8')));
      return {
        filename: join(directory, file),
        namespace: after('--namespace'),
        successes: 2 - failures.length,
        failures: failures.map((control) => ({ msg: 'words', metadata: { control } })),
      };
    });
  },
  gator() {
    const pods = judged(documents(after('-f')));
    const cel = args.includes('--enable-k8s-native-validation=true');
    if (pods.length === 0) return null;
    return {
      results: pods.flatMap((pod) => {
        const controls = denied(pod);
        return controls.length === 0 ? [] : [{ msg: message(controls), violatingObject: pod }];
      }),
      stats: pods.map(() => ({ statsFor: cel ? 'PodsecHosts/podsec-hosts-pods' : 'PodsecHosts' })),
    };
  },
  kyverno() {
    const results = judged(documents(after('--resource'))).map((pod) => {
      const controls = denied(pod);
      return {
        policy: 'podsec-hosts-pods',
        result: controls.length === 0 ? 'pass' : 'fail',
        message: controls.length === 0 ? 'success' : message(controls),
        resources: [{ kind: 'Pod', name: pod.metadata.name, namespace: 'default' }],
      };
    });
    return { kind: 'ClusterReport', results };
  },
};

const [question, version] = versions[name];
if (args[0] === question) process.stdout.write(version);
else if (how === 'hangs') setInterval(() => undefined, 1000);
else if (how === 'fails') {
  process.stderr.write('panic: no\u001b[31m luck\n');
  process.exitCode = 1;
} else if (how === 'garbage') process.stdout.write('all is well\n');
else {
  if (how === 'noisy') process.stderr.write(`${'x'.repeat(1023)}\n`.repeat(20_000));
  const answer = engines[name]();
  process.stdout.write(
    JSON.stringify(name === 'opa' ? { result: [{ expressions: [{ value: answer }] }] } : answer),
  );
}
