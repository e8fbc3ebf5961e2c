// Assembles the npm package in target/package/ from dist/, and asks publint and are-the-types-wrong about it.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..');
const out = path.join(root, 'target/package');
const tool = (name, ...parts) => path.join(here, 'node_modules', name, ...parts);
const run = (...command) => execFileSync(process.execPath, command, { stdio: 'inherit', cwd: root });

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, 'dist'), { recursive: true });

// What the package's user needs of the manifest; tools and scripts are ours.
const { private: _, scripts, devDependencies, ...manifest } = JSON.parse(await readFile(path.join(here, 'package.json'), 'utf8'));
await writeFile(path.join(out, 'package.json'), `${JSON.stringify({ ...manifest, files: ['dist', 'types', 'release.mjs', 'golden.json'] }, null, 2)}\n`);
for (const name of ['LICENSE-MIT', 'LICENSE-APACHE', 'README.md']) await cp(path.join(root, name), path.join(out, name));

// The demo portal and the page for a stick are no part of it.
const DEMO = /^(?:configure|index|kiosk|portal|standalone)\./;
const built = (await readdir(path.join(here, 'dist'))).filter((name) => name.includes('.') && !DEMO.test(name) && !name.endsWith('.map'));
built.push('parts', 'lowered', 'frame.html', 'frame.css');
// What a portal runs after it has put a pack of its own in the place of ours.
for (const name of ['release.mjs', 'golden.json']) await cp(path.join(here, name), path.join(out, name));
for (const name of built) await cp(path.join(here, 'dist', name), path.join(out, 'dist', name), { recursive: true });

run(tool('typescript', 'bin/tsc'), '--project', here, '--noEmit', 'false', '--declaration', '--emitDeclarationOnly',
  '--stripInternal', '--rootDir', path.join(here, 'src'), '--outDir', path.join(out, 'types'));
for (const name of await readdir(path.join(out, 'types'), { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue;
  const file = path.join(out, 'types', name);
  // Node's resolution wants the extension that bundlers do without.
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/(from |import\()(['"])(\.{1,2}\/[^'"]+?)(?:\.js)?\2/g, (_, keyword, quote, to) => {
    const folder = existsSync(path.join(path.dirname(file), to, 'index.d.ts'));
    return `${keyword}${quote}${to}${folder ? '/index' : ''}.js${quote}`;
  }));
}

run(tool('publint', 'src/cli.js'), '--strict', out);
run(tool('@arethetypeswrong/cli', 'dist/index.js'), '--pack', out, '--profile', 'esm-only', '--exclude-entrypoints', 'loader', 'dist/*', '--no-emoji');
