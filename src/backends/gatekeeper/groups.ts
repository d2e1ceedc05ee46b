/** What a policy is enforced on with one action: a constraint each. */
import type { Mode } from '../../ir/types.js';
import { isPod, type Shape, shapes } from '../shapes.js';

export interface Group {
  /** Ends the names of the constraint and of its file. */
  readonly suffix: 'pods' | 'workloads';
  /** For people: what is judged. */
  readonly title: string;
  readonly shapes: readonly Shape[];
}

export const pods: Group = {
  suffix: 'pods',
  title: 'pods, and the ephemeral containers that are added to them',
  shapes: shapes.filter(isPod),
};

export const workloads: Group = {
  suffix: 'workloads',
  title: 'the pod templates of workloads, CronJobs and PodTemplates',
  shapes: shapes.filter((shape) => !isPod(shape)),
};

export const groups: readonly Group[] = [pods, workloads];

export type Action = 'deny' | 'warn' | 'dryrun';

/** As PodSecurity admission does, `enforce` only warns of workloads: their pods are refused when they come. */
export function actionOf(mode: Mode, group: Group): Action {
  switch (mode) {
    case 'enforce':
      return group === pods ? 'deny' : 'warn';
    case 'enforce-workloads':
      return 'deny';
    case 'warn':
      return 'warn';
    case 'audit':
      return 'dryrun';
  }
}
