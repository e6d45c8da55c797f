/**
 * Puts the command that was just built where `npx latchkey` looks for it: npm links the commands of dependencies into
 * node_modules/.bin, but not those of the package itself.
 */
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';

const folder = 'node_modules/.bin';
const link = `${folder}/latchkey`;

await chmod('out/cli/latchkey.mjs', 0o755);
await mkdir(folder, { recursive: true });
await rm(link, { force: true });
await symlink('../../out/cli/latchkey.mjs', link);
