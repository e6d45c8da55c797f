import type { ReactNode } from 'react';
import { formatListen, isLoopbackHost, parseListen, parseTunnel } from '../../shared/address-text';
import { readListenEntry, readTunnelEntry } from '../../shared/fields';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { SocksUsers } from './socks-users';
import { TagList } from '../components/tag-list';
import { usePanel } from '../panel-context';
import { portState, type WantedPort } from '../port-state';

/** The ports that speak no HTTP: SOCKS5, and tunnels that lead to one host each. */
export function SocksAndTunnelsSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const { socks, tunnels } = state.settings;
  const said = words.socksAndTunnels;
  /** Who may reach it, and what became of it. */
  const detailOf = (wanted: WantedPort): string => {
    const { listen } = wanted;
    const who = isLoopbackHost(listen.host) ? words.access.thisMac : formatListen(listen);
    const port = portState(wanted, state);
    if (port?.kind === 'not-open') return said.notOpen(port.why);
    return port === undefined ? who : said.open(who, port.openTunnels);
  };
  return (
    <Page title={words.preferences.socksAndTunnels}>
      <h2 className="label">{said.socks}</h2>
      <TagList
        label={said.socks}
        entries={socks}
        read={readListenEntry}
        onChange={(entries) => void perform({ kind: 'change-settings', patch: { socks: [...entries] } })}
        addLabel={said.addSocks}
        look={(entry) => {
          const listen = parseListen(entry);
          if (listen === undefined) return { title: entry };
          return { title: String(listen.port), detail: detailOf({ kind: 'socks', listen }) };
        }}
        removeLabel={said.remove}
        emptyText={said.socksEmpty}
      />
      <SocksUsers />
      <h2 className="label">{said.tunnels}</h2>
      <TagList
        label={said.tunnels}
        entries={tunnels}
        read={readTunnelEntry}
        onChange={(entries) => void perform({ kind: 'change-settings', patch: { tunnels: [...entries] } })}
        addLabel={said.addTunnel}
        look={(entry) => {
          const tunnel = parseTunnel(entry);
          if (tunnel === undefined) return { title: entry };
          const { listen, target } = tunnel;
          return {
            title: `${listen.port} → ${formatListen(target)}`,
            detail: detailOf({ kind: 'tunnel', listen, target }),
          };
        }}
        removeLabel={said.remove}
        emptyText={said.tunnelsEmpty}
      />
      <Note>{said.sameRules}</Note>
    </Page>
  );
}
