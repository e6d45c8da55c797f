/**
 * Where a build looks for its updates, for electron-builder: it writes that into the app (app-update.yml) and makes latest-mac.yml, which
 * the feed has beside the archives. Nothing is uploaded. Without either variable the build has no feed, and looks for nothing.
 *
 *     LATCHKEY_UPDATE_REPOSITORY=OWNER/NAME   the releases of a repository on GitHub
 *     LATCHKEY_UPDATE_URL=https://…           a folder with latest-mac.yml
 */

/**
 * What stands on electron-builder's command line. @param {NodeJS.ProcessEnv} env
 *
 * @throws Error when a variable cannot be what it is
 */
export function updateFeedSettings({
  LATCHKEY_UPDATE_REPOSITORY: repository = '',
  LATCHKEY_UPDATE_URL: url = '',
}) {
  if (repository !== '' && url !== '')
    throw new Error('LATCHKEY_UPDATE_REPOSITORY and LATCHKEY_UPDATE_URL are two feeds: one is enough');
  if (repository !== '') {
    const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
    if (owner === undefined) throw new Error('LATCHKEY_UPDATE_REPOSITORY takes OWNER/NAME');
    return ['-c.publish.provider=github', `-c.publish.owner=${owner}`, `-c.publish.repo=${repo}`];
  }
  if (url === '') return [];
  // Who stands between could keep the news from a Mac, or tell it a version that is not the newest.
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw new Error('LATCHKEY_UPDATE_URL takes an https URL');
  return ['-c.publish.provider=generic', `-c.publish.url=${url}`];
}

/**
 * What is new in a version, as CHANGELOG.md has it under its heading; empty where it has none.
 *
 * @param {string} changelog
 * @param {string} version
 */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((each) => [version, `[${version}]`].includes(each.split(/\s/, 1)[0] ?? ''));
  return section === undefined ? '' : section.slice(section.indexOf('\n')).trim();
}
