import { access } from './access/de';
import { activity } from './activity/de';
import { advanced } from './advanced/de';
import { age } from './age/de';
import { appProblem } from './app-problems/de';
import { commandLinkInGerman } from './command-link/de';
import { common } from './common/de';
import { confExport } from './conf-export/de';
import { confRemark } from './conf-remarks/de';
import { connection } from './connection/de';
import { dialogs } from './dialogs/de';
import { doctor } from './doctor/de';
import { field } from './field-problems/de';
import { headers } from './headers/de';
import { log } from './log/de';
import { managed } from './managed/de';
import { noProxy } from './no-proxy/de';
import { notifications } from './notifications/de';
import { days, formats } from './numbers/de';
import { offNetwork } from './off-network/de';
import { pac } from './pac/de';
import { password } from './password/de';
import { preferences } from './preferences/de';
import { route } from './route/de';
import { setUp } from './set-up/de';
import { signIn } from './sign-in/de';
import { socksAndTunnels } from './socks-and-tunnels/de';
import { status } from './status/de';
import { systemProxyInGerman } from './system-proxy/de';
import { systemProxySection } from './system-proxy-section/de';
import { terminal } from './terminal/de';
import { today } from './today/de';
import { tray } from './tray/de';
import { updates } from './updates/de';
import { upstreams } from './upstreams/de';
import type { Words } from './en';

/** All that a user of the app can read, in German. */
export const de: Words = {
  formats,
  days,
  problem: appProblem,
  confRemark,
  field,
  systemProxy: systemProxyInGerman,
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
  commandLink: commandLinkInGerman,
};
