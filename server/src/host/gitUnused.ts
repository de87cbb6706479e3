// In place of what the git library needs for writing and merging, which is never called here: it stays out of the bundle.

export default function unused(): never {
  throw new Error('only reading is part of this program');
}
