export const advanced = {
  workstation: 'Workstation name',
  workstationHint: 'Empty: the name of this Mac',
  language: 'Language',
  system: 'As this Mac',
  english: 'English',
  german: 'Deutsch',
  licences: 'Licences',
  licencesDetail: 'Of Latchkey and of all that it is made of',
  forget: 'Forget this account…',
  forgetQuestion: (account: string): string => `Forget ${account}?`,
  forgetDetail: 'Its hash leaves the Keychain, and Latchkey turns off. The other settings stay.',
  forgetDo: 'Forget',
};
