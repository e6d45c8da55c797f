import type { ProblemText } from '../../text';
import type { UpdateProblem, UpdatesProblem } from '../../updates';

const tunnels = (count: number): string => (count === 1 ? '1 tunnel' : `${count} tunnels`);

/** The page for updates, its row in Preferences and its line on the first page. */
export const updates = {
  title: 'Update',
  notLooked: 'Not looked yet',
  newest: 'Up to date',
  looking: 'Looking…',
  share: (percent: number): string => `${percent} %`,
  readyShort: (version: string): string => `${version} is ready`,
  failedShort: 'Did not work',
  isNewest: (version: string): string => `Latchkey ${version} is the newest`,
  isLoading: (version: string): string => `Latchkey ${version} is being loaded`,
  isChecked: 'macOS looks at its signature',
  isReady: (version: string): string => `Latchkey ${version} is ready`,
  byLatchkey: 'Loaded through Latchkey, signature checked',
  bySystem: 'Loaded without Latchkey, signature checked',
  whatIsNew: 'What is new',
  lessNews: 'Less',
  installWhenQuiet: 'Install when quiet',
  waits: (open: number): string =>
    open === 0
      ? 'Waits until nothing is carried'
      : `Waits until ${tunnels(open)} ${open === 1 ? 'is' : 'are'} quiet`,
  doNotWait: 'Do not wait',
  atNextStart: 'At the latest it comes up when Latchkey is opened next.',
  open: (count: number): string =>
    count === 1
      ? '1 tunnel is open. It is not cut while it carries data without your word; the port and this Mac’s settings stay.'
      : `${count} tunnels are open. None is cut while it carries data without your word; the port and this Mac’s settings stay.`,
  noneOpen: 'No tunnel is open. The port and this Mac’s settings stay.',
  lookDaily: 'Look every day',
  lastLooked: (moment: string): string => `Last ${moment}`,
  lookNow: 'Look now',
  installNow: 'Install now…',
  cuts: (count: number): string => (count === 0 ? 'Cuts no tunnel' : `Cuts ${tunnels(count)}`),
  question: (version: string): string => `Install Latchkey ${version} now?`,
  questionDetail: (count: number): string =>
    count === 0
      ? 'No tunnel is open. Latchkey ends and comes up again by itself.'
      : `That cuts ${tunnels(count)}. Latchkey ends and comes up again by itself.`,
  installDo: 'Install now',
  show: 'Install…',
  unsupported:
    'This build of Latchkey does not update itself. It is updated by what it was installed with, or by whoever built it.',
  privacy: 'Asks for the list of releases and says which version this is, nothing else.',
  managedOff: 'Who looks after this Mac brings updates: Latchkey looks for none.',
};

const remedies: Readonly<Record<UpdateProblem['why'], string>> = {
  feed: 'Check the connection, then look again. Latchkey also looks by itself, once a day.',
  interrupted: 'Look again; it is loaded from its start.',
  damaged: 'Look again. If it stays so, the archive itself is wrong: tell whoever makes Latchkey.',
  signature:
    'Nothing was changed. Get Latchkey from where you got it the first time, signed by the same team.',
  refused: 'Look again. If it stays so, put the new version into Applications yourself.',
  'read-only': 'Move Latchkey to Applications, open it there, and look again.',
  'settings-not-back': 'Turn off Use for this Mac, then install it again.',
  'not-installed': 'Look again and install it once more, or put the new version into Applications yourself.',
};

/** What is said where an update has failed. */
export function updateProblem(problem: UpdatesProblem): ProblemText {
  if (problem.kind === 'updates-unsupported')
    return {
      title: 'There are no updates here',
      sentence: 'This build of Latchkey does not update itself',
      remedy: 'Update it by what it was installed with.',
    };
  const { why, version, detail } = problem;
  const what = version === undefined ? 'the update' : `Latchkey ${version}`;
  const sentences: Readonly<Record<UpdateProblem['why'], string>> = {
    feed: `The list of updates cannot be read: ${detail}`,
    interrupted: `Loading ${what} broke off: ${detail}`,
    damaged: `The archive of ${what} is not the one that was announced`,
    signature: `macOS does not accept the signature of ${what}: ${detail}`,
    refused: `macOS cannot take ${what} over: ${detail}`,
    'read-only': `Latchkey cannot be replaced where it stands: ${detail}`,
    'settings-not-back': 'This Mac’s proxy settings could not be put back, so Latchkey goes on as it is',
    'not-installed': `${what[0]?.toUpperCase()}${what.slice(1)} was not put in place; this is the version before it`,
  };
  return {
    title: why === 'feed' ? 'No word of updates' : 'The update did not work',
    sentence: sentences[why],
    remedy: remedies[why],
  };
}
