// Serves dist/ (or the folder given) on 127.0.0.1: node serve.mjs [--port N] [--dir DIR]
//
// sirv: right types for .wasm and .mjs, ranges, ETags. Nothing is kept by the browser without asking (no-cache), so an
// edit is seen at the next reload.

import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sirv from 'sirv';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8787' }, dir: { type: 'string' } } });
const dir = values.dir ?? path.join(path.dirname(fileURLToPath(import.meta.url)), 'dist');
const serve = sirv(dir, { dev: true, etag: true });

const server = createServer((request, response) => {
  serve(request, response, () => {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('没有这个文件\n');
  });
});
server.on('error', (error) => {
  const hint = error.code === 'EADDRINUSE' ? `\n  hint: choose another with --port` : '';
  console.error(`port ${values.port} cannot be used: ${error.message}${hint}`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
