// What can tie a goroutine to a lock: how much each tie counts, the rule it is told by, and its number; and the flags that say
// what a name is to a lock.

import type { TieName } from './suspects.js';

/** How much each tie counts. */
const WEIGHT: Readonly<Record<TieName, number>> = {
  exact: 2.5,
  owner: 2.5,
  receiver: 2.5,
  shared: 2,
  near: 1,
  object: 2.5,
  past: 2,
  pastCall: 1.5,
  before: 0.3,
  otherObject: -3,
  type: 1,
  outer: 0.6,
  pkg: 0.5,
  name: 0.8,
  family: 1,
  creator: 0.3,
  known: 4,
  reentry: 3,
};

export const RULE: Readonly<Record<TieName, string>> = {
  exact: 'exact-pointer',
  owner: 'owner-object',
  receiver: 'shared-receiver',
  shared: 'shared-words',
  near: 'near-pointer',
  object: 'lock-object',
  past: 'same-function-past-lock',
  pastCall: 'caller-past-call',
  before: 'same-function-before-lock',
  otherObject: 'other-object',
  type: 'same-type-method',
  outer: 'same-outer-type',
  pkg: 'same-package',
  name: 'same-name',
  family: 'closure-of-locker',
  creator: 'same-creator',
  known: 'known-call-under-lock',
  reentry: 'asks-again',
};

export const STALE_RULE: Partial<Readonly<Record<TieName, string>>> = {
  exact: 'stale-exact-pointer',
  object: 'stale-lock-object',
};

/** Ties by number: the order in which evidence is told. */
export const TIES = Object.keys(WEIGHT) as TieName[];
export const WEIGHTS = TIES.map((tie) => WEIGHT[tie]);
export const EXACT = TIES.indexOf('exact');
export const OWNER = TIES.indexOf('owner');
export const RECEIVER = TIES.indexOf('receiver');
export const SHARED = TIES.indexOf('shared');
export const NEARBY = TIES.indexOf('near');
export const OBJECT = TIES.indexOf('object');
export const PAST = TIES.indexOf('past');
export const PAST_CALL = TIES.indexOf('pastCall');
export const BEFORE = TIES.indexOf('before');
export const OTHER_OBJECT = TIES.indexOf('otherObject');
export const TYPE = TIES.indexOf('type');
export const OUTER = TIES.indexOf('outer');
export const PKG = TIES.indexOf('pkg');
export const NAME = TIES.indexOf('name');
export const FAMILY = TIES.indexOf('family');
export const CREATOR = TIES.indexOf('creator');
export const KNOWN = TIES.indexOf('known');
export const REENTRY = TIES.indexOf('reentry');

/** What a name is to the lock that is being weighed: flags by number of the name. */
export const IS_TYPE = 1;
export const IS_OUTER = 2;
export const IS_PKG = 4;
export const IS_FAMILY = 8;
export const IS_SITE = 16;
export const IS_WORD = 32;
export const IS_CREATOR = 64;
export const IS_CALLER = 128;
