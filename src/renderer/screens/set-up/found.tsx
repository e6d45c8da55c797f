import type { ReactNode } from 'react';
import { formatAccount, formatHostPort } from '../../../shared/settings';
import type { Finding } from '../../../shared/finding';
import { Button } from '../../components/button';
import { Choice } from '../../components/choice';
import { Icon } from '../../components/icon';
import { Note } from '../../components/note';
import { usePanel } from '../../panel-context';
import { type FileFinding, keyOf, nameOf } from './finding';
import { Intro } from './intro';

/** What was found on this Mac, the best of it chosen; typing it in is always last. */
export function Found({
  findings,
  choice,
  onChoose,
  onLater,
  onTakeOver,
}: {
  readonly findings: readonly Finding[];
  readonly choice: Finding | undefined;
  readonly onChoose: (key: string) => void;
  readonly onLater: () => void;
  readonly onTakeOver: () => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  const isChecked =
    choice?.kind === 'cntlm-conf' &&
    choice.hasCredential &&
    choice.account !== undefined &&
    choice.upstreams.length > 0;
  return (
    <>
      <Intro />
      <h2 className="label" id="found">
        {said.found}
      </h2>
      <div className="card list" role="radiogroup" aria-labelledby="found">
        {findings.map((finding) => {
          const isChosen = choice !== undefined && keyOf(finding) === keyOf(choice);
          return finding.kind === 'cntlm-conf' ? (
            <Choice
              key={keyOf(finding)}
              group="finding"
              isChosen={isChosen}
              onChoose={() => onChoose(keyOf(finding))}
              title={nameOf(finding.file)}
              detail={finding.file}
              icon="file"
              isStrong
            >
              {isChosen ? <FileFacts file={finding} /> : null}
            </Choice>
          ) : (
            <Choice
              key={keyOf(finding)}
              group="finding"
              isChosen={isChosen}
              onChoose={() => onChoose(keyOf(finding))}
              title={finding.kind === 'system-pac' ? words.pac.macsPac : said.thisMacsProxy}
              detail={
                finding.kind === 'system-pac'
                  ? words.pac.macsPacDetail(finding.service)
                  : said.fromService(formatHostPort(finding.upstream), finding.service)
              }
              icon="wifi"
              isStrong
            />
          );
        })}
        <Choice
          group="finding"
          isChosen={choice === undefined}
          onChoose={() => onChoose('')}
          title={said.typeIn}
          detail={said.typeInDetail}
          icon="pencil"
          isStrong
        />
      </div>
      <Note>{choice?.kind === 'cntlm-conf' ? said.fileStays : said.costs}</Note>
      <div className="actions">
        <Button onClick={onLater}>{words.common.later}</Button>
        <span className="grow" />
        <Button look="primary" onClick={onTakeOver}>
          {isChecked ? words.common.checkAndSave : said.next}
        </Button>
      </div>
    </>
  );
}

/** How many remarks are shown one by one. */
const shownRemarks = 2;

function FileFacts({ file }: { readonly file: FileFinding }): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  const { upstreams, pac, account, hasCredential, noProxyCount } = file;
  // That there is no account, or only a PAC, is a fact of its own.
  const remarks = file.remarks.filter(
    ({ matter: { kind } }) => kind !== 'no-username' && kind !== 'no-proxy-beside-pac',
  );
  const [first] = upstreams;
  const taken = [
    first === undefined ? undefined : said.proxiesInFile(upstreams.length, formatHostPort(first)),
    pac === undefined ? undefined : said.pacInFile(pac),
    account === undefined
      ? said.noAccount
      : hasCredential
        ? said.accountWithHash(formatAccount(account))
        : said.accountWithoutHash(formatAccount(account)),
    noProxyCount === 0 ? undefined : said.noProxyInFile(noProxyCount),
  ].filter((fact) => fact !== undefined);
  const left = [
    ...remarks.slice(0, shownRemarks).map(({ line, matter }) => said.remark(line, words.confRemark(matter))),
    ...(remarks.length > shownRemarks ? [said.moreRemarks(remarks.length - shownRemarks)] : []),
  ];
  return (
    <ul className="facts">
      {taken.map((fact) => (
        <li key={fact}>
          <Icon name="check" size="small" />
          {fact}
        </li>
      ))}
      {left.map((fact) => (
        <li key={fact}>
          <Icon name="info" size="small" />
          {fact}
        </li>
      ))}
    </ul>
  );
}
