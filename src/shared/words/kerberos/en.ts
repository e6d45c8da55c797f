import type { KerberosTrouble } from '../../kerberos';
import type { ProblemText } from '../../text';

const reasons: Readonly<Record<KerberosTrouble, readonly [why: string, remedy: string]>> = {
  'no-ticket': [
    'there is no ticket',
    'Get one in Ticket Viewer, or sign in to the company network once more.',
  ],
  expired: [
    'the ticket has expired',
    'Renew it in Ticket Viewer, or sign in to the company network once more.',
  ],
  clock: [
    'the clocks of this Mac and of the domain are too far apart',
    'Let macOS set the time in System Settings, General, Date & Time.',
  ],
  'unknown-service': [
    'the domain does not know it by this name',
    'Give the company proxy by its full name, as your IT department writes it.',
  ],
  'no-kdc': ['no domain controller answers', 'It works again once this Mac is on the company network.'],
  slow: ['the domain controller takes too long', 'It is tried again by itself.'],
  refused: ['it did not take the ticket', 'Ask your IT department whether Kerberos works there.'],
  'not-built': ['this Latchkey was built without Kerberos', 'Install the app as it is handed out.'],
  failed: ['macOS could not get a ticket', 'Look at the ticket in Ticket Viewer.'],
};

/** What is said when no ticket could be used. @param name of the company proxy */
export function kerberosProblem(name: string, trouble: KerberosTrouble): ProblemText {
  const [why, remedy] = reasons[trouble];
  return {
    title: 'Signed in without Kerberos',
    sentence: `The password is used for ${name}, as ${why}`,
    remedy,
  };
}
