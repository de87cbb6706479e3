// Of the git library what reading needs: the rest stays out of the bundle.

export { expandOid, readBlob, readCommit, readTree, resolveRef } from 'isomorphic-git';
