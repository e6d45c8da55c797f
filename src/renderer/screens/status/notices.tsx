import type { ReactNode } from 'react';
import { Banner } from '../../components/banner';
import { NotificationTasks } from '../../components/notification-tasks';
import { isKeychainProblem } from '../../components/use-credential-check';
import { usePanel } from '../../panel-context';

/** What is wrong with the app itself and does not stop it: one banner a kind. */
export function Notices(): ReactNode {
  const { state, words, perform } = usePanel();
  const kinds = [...new Set(state.notices.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const notices = state.notices.filter((notice) => notice.kind === kind);
    const [first] = notices;
    if (first === undefined) return null;
    const { title, remedy } = words.problem(first);
    const isKept = isKeychainProblem(first) && state.account?.isForSessionOnly === true;
    return (
      <Banner
        key={kind}
        tone="warn"
        title={title}
        detail={isKept ? words.status.keptForSession : remedy}
        actions={kind === 'notifications-off' ? <NotificationTasks /> : undefined}
        dismiss={{
          name: words.common.dismiss,
          onClick: () => void perform({ kind: 'dismiss-notice', notice: kind }),
        }}
      >
        {notices.map((notice) => {
          const { sentence } = words.problem(notice);
          return <div key={sentence}>{sentence}</div>;
        })}
      </Banner>
    );
  });
}
