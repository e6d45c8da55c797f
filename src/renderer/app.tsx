import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Command, CommandResult } from '../shared/command';
import type { AppProblem } from '../shared/app-problem';
import type { AppState } from '../shared/state';
import { wordsFor } from '../shared/words/words-for';
import { showAccent } from './accent';
import type { AppStore } from './app-store';
import { back, forward, here, home, keyOf, type Location, type Trail, trailTo } from './location';
import { type Panel, PanelContext } from './panel-context';
import { ActivityScreen } from './screens/activity/activity-screen';
import { DoctorScreen } from './screens/doctor-screen';
import { PasswordScreen } from './screens/password-screen';
import { PreferencesScreen } from './screens/preferences-screen';
import { SetUpScreen } from './screens/set-up/set-up-screen';
import { StatusScreen } from './screens/status/status-screen';
import './styles/panel.css';
import { useShortcuts } from './use-shortcuts';

/** The panel: nothing until the first state is there, then the page that it asks for. */
export function App({ store }: { readonly store: AppStore }): ReactNode {
  const state = useStore(store.picture, (picture) => picture.state);
  return state === undefined ? null : <PanelPages state={state} store={store} />;
}

function firstTrail({ goTo, connection }: AppState): Trail {
  if (goTo !== undefined) return trailTo({ screen: goTo.screen }, goTo.isAsked);
  return trailTo(connection.kind === 'needs-setup' ? { screen: 'set-up' } : home);
}

/** The pages of the panel once there is a state. */
export function PanelPages({
  state,
  store,
}: {
  readonly state: AppState;
  readonly store: AppStore;
}): ReactNode {
  const [trail, setTrail] = useState(() => firstTrail(state));
  const [failure, setFailure] = useState<AppProblem>();
  const [announced, setAnnounced] = useState('');
  const words = wordsFor(state.language);
  const { run } = store;

  const lastGoTo = useRef(state.goTo?.count);
  useEffect(() => {
    if (state.goTo === undefined || state.goTo.count === lastGoTo.current) return;
    lastGoTo.current = state.goTo.count;
    const { screen, isAsked } = state.goTo;
    // A field that has the focus on this very screen keeps it: the user has put it there.
    setTrail(trailTo({ screen }, isAsked));
  }, [state.goTo]);

  useEffect(() => {
    // Other items of the menu bar take the keys without a word to the window.
    const onBlur = (): void => void run({ kind: 'leave-panel' });
    window.addEventListener('blur', onBlur);
    return () => window.removeEventListener('blur', onBlur);
  }, [run]);

  useEffect(() => {
    document.documentElement.lang = state.language;
    document.documentElement.dataset['material'] = state.platform === 'darwin' ? 'vibrant' : 'solid';
  }, [state.language, state.platform]);

  useLayoutEffect(() => showAccent(document.documentElement.style, state.accentColor), [state.accentColor]);

  const perform = useCallback(
    async (command: Command): Promise<CommandResult> => {
      const result = await run(command);
      setFailure(result.kind === 'failed' ? result.problem : undefined);
      return result;
    },
    [run],
  );
  const go = useCallback((location: Location): void => {
    setFailure(undefined);
    setTrail((now) => forward(now, location));
  }, []);
  const goBack = useCallback((): void => {
    setFailure(undefined);
    setTrail((now) => back(now) ?? now);
  }, []);
  const goHome = useCallback((): void => {
    setFailure(undefined);
    setTrail((now) => ({ locations: [home], entered: 'back', left: here(now) }));
  }, []);
  const panel = useMemo<Panel>(
    () => ({
      state,
      words,
      trail,
      run,
      perform,
      failure,
      dismissFailure: () => setFailure(undefined),
      go,
      goBack,
      goHome,
      announce: setAnnounced,
    }),
    [state, words, trail, run, perform, failure, go, goBack, goHome],
  );
  useShortcuts(panel);

  const location = here(trail);
  return (
    <PanelContext.Provider value={panel}>
      <ScreenAt key={keyOf(location)} location={location} />
      <div className="hidden" role="status" aria-live="polite">
        {announced}
      </div>
    </PanelContext.Provider>
  );
}

function ScreenAt({ location }: { readonly location: Location }): ReactNode {
  switch (location.screen) {
    case 'status':
      return <StatusScreen />;
    case 'set-up':
      return <SetUpScreen />;
    case 'password':
      return <PasswordScreen />;
    case 'activity':
      return <ActivityScreen openRowId={location.rowId} />;
    case 'preferences':
      return <PreferencesScreen section={location.section} />;
    case 'doctor':
      return <DoctorScreen />;
  }
}
