// The articles of the findings that no format makes: what each means, what to do next, how sure it is. Data only; `articles.ts`
// looks up in it. Articles of this kind always say how sure they are.

import type { Article } from '../formats/format.js';

/** An article with its word on certainty. */
export interface FindingArticle extends Article {
  readonly sure: string;
}

const GRAPH = 'the waits and holds of all open traces, joined where they name the same thing';
const HOLDS =
  'As sure as the weakest hold that it rests on: *holds* is shown by the text, *likely holds* is concluded, and the hover says from what. A hold that is only *possible* never makes this finding.';

/** By the finding's id. */
export const FINDINGS: Readonly<Record<string, FindingArticle>> = {
  deadlock: {
    title: 'several wait for each other in a circle',
    text: 'Each of them waits for something that the next one has, and the last one for what the first one has; a circle of one is a lock that is asked for a second time by who has it. None of them can go on, and all others that need what they have are stuck too. A lock has no time limit: nothing but the end of the program ends this.',
    next: 'Save the dump, then restart the program to free the others. In the source, look at the order in which these take their locks: they take the same ones in different orders, or call each other with a lock held. The finding’s related lines lead to each of them.',
    sure: '*Deadlock* is said where the text shows every hold of the circle, *likely deadlock* where at least one is concluded. The hover of each member has the evidence.',
    source: GRAPH,
  },
  'root-blocker': {
    title: 'others are stuck behind this one, directly or through others',
    text: 'It has something that others wait for, and some of those have what still others wait for: the ways of all of them end here. Ending its wait sets the most free, so this is the place to look first.',
    next: 'Read what it does itself, which the finding says last. If it waits for another program, a child, a disk or a server, open the trace of that one beside this: the chain goes on in it. If it is not waiting, a second dump tells whether it moves on.',
    sure: HOLDS,
    source: GRAPH,
  },
  'lock-holder': {
    title: 'it has what others wait for',
    text: 'It holds a lock, or serves a call, that others wait for. That alone is no fault: locks are there to be waited for. It is one if the wait lasts.',
    next: 'Look at what it waits for itself: where it waits for something that somebody else has, the trouble is there. Go there with F12, or show the whole way with “Trace: Show Wait Chain”. Where no time is printed, take a second dump.',
    sure: HOLDS,
    source: GRAPH,
  },
  'unclear-lock': {
    title: 'somebody waits for a lock that several may hold',
    text: 'The text does not show who holds this lock. Some have a tie to it, by an object, a type or a function that they share with those who wait, and none of them clearly more than the others.',
    next: 'Look through the candidates in the hover: a holder usually waits for something slow. The program’s source code tells more; open its folder, or name it in the setting `traceInvestigator.sourceRoots`. A second dump shows who is still there.',
    sure: 'That somebody waits for this lock is certain. Who holds it is not known: *possible* is a list to look through, and no claim.',
    source: GRAPH,
  },
  'unheld-lock': {
    title: 'somebody waits for a lock that nobody is seen to hold',
    text: 'Nobody in the text shows a tie to this lock. Either it was released while the text was taken, or who holds it does not show that, or is missing from the text, or it is an orphan: whoever took it ended, or returned without giving it back, and those who wait will wait for ever.',
    next: 'Take a second dump. If the same ones still wait and there is still no holder, look in the source for a path that returns without unlocking. Make sure that the dump is whole: logs cut long messages.',
    sure: 'That somebody waits for this lock is certain. That nobody holds it is not: it means only that no hold is seen. Where the reason is known, the finding says it.',
    source: GRAPH,
  },
  'long-wait': {
    title: 'it has waited for minutes',
    text: 'It has been waiting for two minutes or more, for something outside of any lock of this text: an answer on D-Bus, a call to another program, the end of a child, or somebody who takes what it sends. Waits at rest are not told here.',
    next: 'Find the other end, and take its trace: a dump of the program that was called, `strace -f -tt -p PID` of the child, the state of the service on the bus. Opened together, the chain goes on there.',
    sure: 'That it waits is certain; the minutes of a goroutine dump are rough, give or take two. Whether it is wrong is not certain: a subscription or a child that is meant to run on waits just so.',
    source: 'the waits of the open traces; Go runtime/traceback.go goroutineheader for the minutes',
  },
  'many-identical': {
    title: 'very many stand at the same place',
    text: 'A hundred or more have the same stack and wait, though for no lock: work that comes faster than it is done, a leak (something is started again and again and never ends), or a pool of workers that is merely large.',
    next: 'Take a second dump and compare both with “Trace: Compare Dumps”: a leak grows, a jam moves or grows, a pool stays as it is. Then look at who starts them: `created by` below the stack.',
    sure: 'The count is certain. Which of the three it is, one dump does not tell.',
    source: 'the stacks of the open trace, counted',
  },
};

/** A text’s own limits: problems that arise of every format, by the problem's code. */
export const PROBLEMS: Readonly<Record<string, Article>> = {
  excerpt: {
    title: 'only an excerpt was read',
    text: 'The file is too large to be read whole: of its {lines} lines {kept} were kept, those that tell of waits, outages and what leads to them. {alike} goroutines were left out, since others like them are kept: who is counted is one of those kept. {crowded} more of that kind found no room.',
    next: 'Where more is needed, cut out the hours that matter (`journalctl --since … --until …`, `sed -n "FROM,TOp"`) and open that.',
    source: 'the size of the file',
  },
  'read-alone': {
    title: 'files that belong together were read one by one',
    text: 'There is more in these files than fits in memory at once, so the logs of one program’s threads, each in a file of its own, were read one by one: what only several together tell (who passed a descriptor to whom) is missing. Give fewer files at once.',
    source: 'the size of the files',
  },
  'torn-archive': {
    title: 'the packed file is torn',
    text: 'The packed file ends or is damaged here: what came after is missing, so what looks unfinished may not be.',
    next: 'Fetch the file again, and compare sizes or checksums.',
    source: 'RFC 1952 (gzip), RFC 8878 (zstd)',
  },
};

/** How sure a `limit` is: the reader noticed it itself. */
export const LIMIT_SURE =
  'Certain: this was noticed while the text was read. It says what may be missing from all that is told of this text, and nothing about the program.';
