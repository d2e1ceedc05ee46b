/** The admission plugin PodSecurityPolicy of Kubernetes 1.24, linked into a program: engines/psp. */
import type { JsonObject } from '../src/manifest/types.js';
import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
import { buildEngine } from './build.js';

/** Who creates the pod. */
export interface Asker {
  readonly namespace: string;
  readonly user: string;
  readonly groups: readonly string[];
}

/** A pod that somebody creates. */
export interface Creation {
  readonly pod: JsonObject;
  readonly request: Asker;
}

/** What API validation says, or the pod as it is stored. */
export interface Outcome {
  readonly invalid?: string;
  readonly pod?: JsonObject;
}

export interface Judged extends Outcome {
  /** What the plugin says where it refuses the pod. */
  readonly forbidden?: string;
  /** The PodSecurityPolicy that admitted it. */
  readonly policy?: string;
}

export interface Answer {
  readonly undecodable?: string;
  /** Fields that 1.24 does not know and drops. */
  readonly unknown?: readonly string[];
  /** Without the plugin. */
  readonly plain?: Outcome;
  /** With it. */
  readonly judged?: Judged;
}

export interface Taken {
  readonly kind: string;
  readonly name: string;
  readonly errors: readonly string[];
}

export interface PspAnswers {
  /** What the API server says of each object, in their order. */
  readonly objects: readonly Taken[];
  readonly answers: readonly Answer[];
}

export interface PspOptions {
  /** Kubernetes 1.24 has ProcMountType off unless told otherwise. */
  readonly procMountType: boolean;
}

/** A cluster with these PodSecurityPolicies and RBAC objects, and what is created in it. */
export interface World {
  readonly objects: readonly JsonObject[];
  readonly creations: readonly Creation[];
}

/** One cluster after the other, in one program. */
export async function judgeInTurn(worlds: readonly World[], options: PspOptions): Promise<PspAnswers[]> {
  const questions = worlds.flatMap(({ objects, creations }) => [{ objects }, ...creations]);
  const replies = await ask(questions, options);
  let at = 0;
  return worlds.map(({ creations }) => {
    const [first, ...answers] = replies.slice(at, at + 1 + creations.length);
    at += 1 + creations.length;
    return answersOf(first, answers);
  });
}

function answersOf(first: Reply | undefined, answers: readonly Reply[]): PspAnswers {
  if (first === undefined || !('objects' in first)) throw new EngineError('psp', 'no answer on the objects');
  return {
    objects: first.objects,
    answers: answers.map((answer) => {
      if ('objects' in answer) throw new EngineError('psp', 'an answer on objects that nobody asked about');
      return answer;
    }),
  };
}

/** What becomes of each pod, in order. */
export async function judgeByPsp(
  objects: readonly JsonObject[],
  creations: readonly Creation[],
  options: PspOptions,
): Promise<PspAnswers> {
  const [first, ...answers] = await ask([{ objects }, ...creations], options);
  return answersOf(first, answers);
}

/** What becomes of each pod without the plugin. */
export async function storedWithoutPsp(
  pods: readonly JsonObject[],
  namespace: string,
  options: PspOptions,
): Promise<readonly Answer[]> {
  const request = { namespace, user: '', groups: [] };
  const answers = await ask(
    pods.map((pod) => ({ pod, request, plainOnly: true })),
    options,
  );
  return answers.map((answer) => ('objects' in answer ? {} : answer));
}

type Reply = { readonly objects: readonly Taken[] } | Answer;

async function ask(questions: readonly object[], { procMountType }: PspOptions): Promise<Reply[]> {
  const binary = await buildEngine('psp');
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const args = [`--feature-gates=ProcMountType=${procMountType}`];
  const { stdout } = await run('psp', binary, args, { input });
  const replies = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Reply => JSON.parse(line));
  if (replies.length !== questions.length)
    throw new EngineError('psp', `${replies.length} answers to ${questions.length} questions`);
  return replies;
}
