/** What somebody else has set for the user. */
export const managed = {
  company: 'Your company',
  looksAfter: (by: string) => `${by} looks after some settings`,
  lockedBy: (by: string) => `Locked by ${by}`,
  inProfile: 'It can be changed in its profile only.',
  questions: (contact: string) => `Questions: ${contact}`,
  /** Of a row that is locked, for VoiceOver. */
  locked: 'locked',
  domainSet: (domain: string) => `The domain ${domain} is set.`,
};
