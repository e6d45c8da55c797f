import type { ReactNode } from 'react';
import { formatUpstream } from '../../../shared/settings';
import { Banner } from '../../components/banner';
import { Button } from '../../components/button';
import { usePanel } from '../../panel-context';

/** Company proxies that the PAC names and the user has not been asked about, and a PAC that cannot be read. */
export function PacNotices(): ReactNode {
  const { state, words, perform, go } = usePanel();
  const { askedProxies, pac } = state;
  const said = words.pac;
  return (
    <>
      {askedProxies.map((upstream) => {
        const name = formatUpstream(upstream);
        const answer = (isAgreed: boolean): void =>
          void perform({ kind: 'answer-proxy', upstream, isAgreed });
        return (
          <Banner
            key={name}
            tone="warn"
            title={said.newProxy}
            detail={said.newProxyDetail}
            actions={
              <>
                <Button size="small" onClick={() => answer(false)}>
                  {said.disagree}
                </Button>
                <Button size="small" look="primary" onClick={() => answer(true)}>
                  {said.agree}
                </Button>
              </>
            }
          >
            {said.newProxySentence(name)}
          </Banner>
        );
      })}
      {pac?.error === undefined ? null : (
        <Banner
          tone="warn"
          title={said.unreadable}
          detail={pac.readMs === undefined ? undefined : said.usedBefore}
          actions={
            <Button
              size="small"
              opens="preferences/pac"
              onClick={() => go({ screen: 'preferences', section: 'pac' })}
            >
              {words.status.preferences}
            </Button>
          }
        >
          {pac.error}
        </Banner>
      )}
    </>
  );
}
