/**
 * The raw encoding with what an API server does before admission: for objects that may be manifests as they were written, and
 * may as well have been through an API server, on which it changes nothing.
 */
import { fieldsOf } from '../../schema/index.js';
import { droppedAnnotations, whyUndecided, whyWritten } from '../manifest-facts.js';
import { CannotSay } from './cannot-say.js';
import { type Encoding, given, type Presence } from './encoding.js';
import { and, binary, type Expr, list, literal, not, or, ternary } from './expr.js';
import { jsonEncoding } from './json.js';
import { childOf, type Place, parentOf, placeAt, type Step } from './place.js';
import {
  hostPortPresence,
  hostPortRead,
  leadsThroughProfile,
  type Preparation,
  profilePresence,
  profileRead,
} from './prepared.js';

type Prepared = 'written' | 'constant' | 'alias' | 'emptyDir' | 'hostPort' | 'profile';

/** @param preparationOf of the pod, and of the one before an update. */
export function manifestEncoding(preparationOf: (pod: 'pod' | 'old') => Preparation): Encoding {
  return {
    entry: jsonEncoding.entry,
    counts,
    presence(place) {
      switch (preparedBy(place)) {
        case 'written':
          return jsonEncoding.presence(place);
        case 'constant':
          return parentPresence(place);
        case 'alias':
          return {
            path: [or(...aliasesOf(place).map((each) => and(...given(jsonEncoding, each))))],
            value: [],
          };
        case 'emptyDir':
          return emptyDirPresence(place);
        case 'hostPort':
          return hostPortPresence(jsonEncoding, place, preparationOf(place.root.pod));
        case 'profile':
          return profilePresence(jsonEncoding, place, preparationOf(place.root.pod));
      }
    },
    read(place) {
      switch (preparedBy(place)) {
        case 'written':
        case 'emptyDir':
          return jsonEncoding.read(place);
        case 'constant':
          return constantRead(place);
        case 'alias': {
          const [first = place, second = place] = aliasesOf(place);
          return ternary(
            and(...given(jsonEncoding, first)),
            jsonEncoding.read(first),
            jsonEncoding.read(second),
          );
        }
        case 'hostPort':
          return hostPortRead(jsonEncoding, place);
        case 'profile':
          return profileRead(jsonEncoding, place, preparationOf(place.root.pod));
      }
    },
  };
}

function preparedBy(place: Place): Prepared {
  const written = place.root.whole ? whyWritten(place.steps.map(({ name }) => name)) : undefined;
  const undecided = place.steps.map(({ field }) => whyUndecided(field)).find((why) => why !== undefined);
  const why = written ?? undecided;
  if (why !== undefined) throw new CannotSay(`${shown(place)}: ${why}`);
  if (leadsThroughProfile(place)) return 'profile';
  const last = place.steps.at(-1);
  if (last?.field.default === undefined) return 'written';
  if (last.field.default.kind === 'constant') return 'constant';
  switch (last.field.default.rule) {
    case 'appArmorFromAnnotation':
      return 'profile';
    case 'emptyDirWithoutSource':
      return 'emptyDir';
    case 'hostPortUnderHostNetwork':
      return 'hostPort';
    case 'serviceAccountAlias':
      return 'alias';
    default:
      throw new CannotSay(`${shown(place)}: its default is computed (${last.field.default.rule})`);
  }
}

const shown = (place: Place): string =>
  [
    place.root.whole ? place.root.pod : (place.steps[0]?.owner ?? ''),
    ...place.steps.map(({ name }) => name),
  ].join('.');

/** A constant default is there wherever its object is: the nearest one on the way that may be absent. */
function parentPresence(place: Place): Presence {
  const parent = nearestOptional(place);
  return parent === undefined
    ? { path: place.root.guards, value: [] }
    : { path: given(jsonEncoding, parent), value: [] };
}

function nearestOptional(place: Place): Place | undefined {
  let found: Place | undefined;
  for (const [position, { field }] of place.steps.slice(0, -1).entries()) {
    const assured = !field.pointer || (field.default?.kind === 'constant' && found === undefined);
    if (!assured) found = { ...place, steps: place.steps.slice(0, position + 1) };
  }
  return found;
}

function constantRead(place: Place): Expr {
  const last = place.steps.at(-1);
  const rule = last?.field.default;
  const value: unknown = rule?.kind === 'constant' ? rule.value : undefined;
  // An object or a list that is written by default is an empty one; what is in it is asked for by its own path.
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return jsonEncoding.read(place);
  const written = jsonEncoding.read(place);
  return ternary(
    and(...given(jsonEncoding, place)),
    last !== undefined && isGracePeriod(last) ? atLeastOne(written) : written,
    literal(value),
  );
}

/** SetDefaults_Pod: a negative period, once allowed, means one second. */
const isGracePeriod = ({ owner, name }: Step) =>
  owner === 'PodSpec' && name === 'terminationGracePeriodSeconds';
const atLeastOne = (seconds: Expr) => ternary(binary(seconds, '<', literal(0)), literal(1), seconds);

/** SetDefaults_PodSpec: two names of one field, the newer one first. */
const aliasesOf = (place: Place): readonly Place[] =>
  ['serviceAccountName', 'serviceAccount'].map((name) => childOf(parentOf(place), name));

/** SetDefaults_Volume: a volume without a source is an emptyDir; an unknown source was dropped by then. */
function emptyDirPresence(place: Place): Presence {
  const volume = parentOf(place);
  const sources = Object.keys(fieldsOf('Volume') ?? {}).filter(
    (name) => name !== 'name' && name !== 'emptyDir',
  );
  const other = sources.map((name) =>
    and(...given(jsonEncoding, placeAt(volume.root, [...volume.steps.map((step) => step.name), name]))),
  );
  return { path: [or(and(...given(jsonEncoding, place)), not(or(...other)))], value: [] };
}

function counts(place: Place, key: Expr): readonly Expr[] {
  const isAnnotations =
    place.root.whole && place.steps.map(({ name }) => name).join('.') === 'metadata.annotations';
  if (!isAnnotations) return [];
  if (key.kind === 'literal')
    return droppedAnnotations.some((each) => each === key.value) ? [literal(false)] : [];
  // A key that starts otherwise is none of them.
  const start = startOfText(key);
  const possible = droppedAnnotations.filter((each) => each.startsWith(start) || start.startsWith(each));
  return possible.length === 0
    ? []
    : [not(binary(key, 'in', list(...possible.map((each) => literal(each)))))];
}

/** What a string is known to start with. */
function startOfText(expr: Expr): string {
  if (expr.kind === 'literal') return String(expr.value);
  return expr.kind === 'binary' && expr.operator === '+' ? startOfText(expr.left) : '';
}
