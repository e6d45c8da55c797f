import { access } from './access/en';
import { activity } from './activity/en';
import { advanced } from './advanced/en';
import { age } from './age/en';
import { appProblem } from './app-problems/en';
import { commandLinkInEnglish } from './command-link/en';
import { common } from './common/en';
import { confExport } from './conf-export/en';
import { confRemark } from './conf-remarks/en';
import { connection } from './connection/en';
import { dialogs } from './dialogs/en';
import { doctor } from './doctor/en';
import { field } from './field-problems/en';
import { headers } from './headers/en';
import { log } from './log/en';
import { managed } from './managed/en';
import { noProxy } from './no-proxy/en';
import { notifications } from './notifications/en';
import { days, formats } from './numbers/en';
import { offNetwork } from './off-network/en';
import { pac } from './pac/en';
import { password } from './password/en';
import { preferences } from './preferences/en';
import { route } from './route/en';
import { setUp } from './set-up/en';
import { signIn } from './sign-in/en';
import { socksAndTunnels } from './socks-and-tunnels/en';
import { status } from './status/en';
import { systemProxyInEnglish } from './system-proxy/en';
import { systemProxySection } from './system-proxy-section/en';
import { terminal } from './terminal/en';
import { today } from './today/en';
import { tray } from './tray/en';
import { updates } from './updates/en';
import { upstreams } from './upstreams/en';

/** All that a user of the app can read, in English; its type is what another language must have. */
export const en = {
  formats,
  days,
  problem: appProblem,
  confRemark,
  field,
  systemProxy: systemProxyInEnglish,
  common,
  confExport,
  connection,
  status,
  route,
  setUp,
  password,
  activity,
  today,
  preferences,
  upstreams,
  pac,
  log,
  managed,
  noProxy,
  access,
  signIn,
  socksAndTunnels,
  headers,
  age,
  offNetwork,
  systemProxySection,
  terminal,
  advanced,
  doctor,
  tray,
  notifications,
  dialogs,
  updates,
  commandLink: commandLinkInEnglish,
};

/** What every language must have: a missing sentence does not compile. */
export type Words = typeof en;
