/** The page of the offline edition: keeps itself on the device, takes updates, and says which edition is in use. */

import { Releases, type State } from './releases';
import { update, UpdateError, type Step } from './update';

export { Releases, update, UpdateError };

/** Hours between two looks for a new release while the page stays open. */
const HOURS = 6;

const releases = new Releases(new URL('./', location.href));
const sequence = Number(document.querySelector<HTMLMetaElement>('meta[name="policy-finder-release"]')!.content);
const finder = document.querySelector('policy-finder')!;
const status = document.querySelector<HTMLElement>('#release-status')!;
const actions = document.querySelector<HTMLElement>('#release-actions')!;
let busy = false;
let ready = false;

function say(text: string): void {
  if (status.textContent !== text) status.textContent = text;
}

function offer(...buttons: [string, () => unknown][]): void {
  actions.textContent = '';
  actions.append(...buttons.map(([name, press]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.addEventListener('click', () => void press());
    return button;
  }));
}

const edition = (date: string | null) => date ?? '(日期不明)';

/** What is in force, and the ways from here. */
function show(state: State, refused: string | null = null): void {
  const { current, previous, left } = state;
  const waiting = current !== null && current.sequence !== sequence;
  say([
    !current ? null
    : waiting ? `${edition(current.edition)} 版政策库已存入本机并通过检验,下次打开时使用。`
    : '已存入本机,断网也能使用。',
    left === null ? null : `${edition(left || null)} 版没有打开,已退回上一版。`,
    refused,
  ].filter(Boolean).join(' '));
  offer(
    ...(waiting ? [['现在换用(填写的内容会清除)', () => location.reload()] as [string, () => void]] : []),
    ...(previous && !waiting ? [[`改用本机的另一版(${edition(previous.edition)})`, back] as [string, () => void]] : []),
  );
}

async function back(): Promise<void> {
  await releases.back();
  location.reload();
}

function progress(step: Step): void {
  if (step.step === 'file') say(`正在存入本机 ${Math.floor((step.loaded / step.total) * 100)}%`);
  if (step.step === 'trial') say('正在检验新的政策库');
}

const REFUSALS: Record<UpdateError['code'], string> = {
  offline: '',
  older: '网站上的版本比本机用过的旧,没有采用。',
  list: '网站上的版本清单读不出来,没有更新。',
  file: '下载的文件与清单不符,没有采用;仍使用本机的版本。',
  trial: '新版没有通过检验(检索或测算结果不对),没有采用;仍使用本机的版本。',
  storage: '本机空间不足,没有存入。',
};

async function look(): Promise<void> {
  if (busy) return;
  busy = true;
  let refused: string | null = null;
  try {
    await update(releases, progress);
    // Some browsers ask the visitor and answer when he does: only of an installed page, and without waiting.
    if (matchMedia('(display-mode: standalone)').matches) void navigator.storage.persist?.();
  } catch (error) {
    const code = error instanceof UpdateError ? error.code : 'storage';
    refused = REFUSALS[code];
    // Without a network there is nothing to report.
    if (code !== 'offline') console.error('policy-finder:', error);
  }
  busy = false;
  show(await releases.state(), refused);
}

/** In a frame of the page that takes this release: it only shows whether it starts (update.ts). */
const onTrial = location.pathname === releases.trialOf({ sequence, page: '' }).pathname;
const mark = (how: 'begun' | 'ready' | 'failed') => (document.documentElement.dataset['trial'] = how);
if (onTrial) mark('begun');

finder.addEventListener('policy-ready', () => {
  if (ready) return;
  ready = true;
  if (onTrial) mark('ready');
  else void start();
});
finder.addEventListener('policy-error', () => {
  if (ready) return;
  if (onTrial) mark('failed');
  else void giveWay();
});

async function start(): Promise<void> {
  if (!('serviceWorker' in navigator) || !('locks' in navigator)) {
    say(isSecureContext ? '这个浏览器不能存入本机。' : '网址不是 https,不能存入本机。');
    return;
  }
  try {
    await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' });
    await navigator.serviceWorker.ready;
    show(await releases.started(sequence));
  } catch (error) {
    say('浏览器不允许存入本机。');
    console.error('policy-finder:', error);
    return;
  }
  await look();
  setInterval(() => void look(), HOURS * 3_600_000);
  addEventListener('online', () => void look());
}

/** Nobody has typed anything yet. */
async function giveWay(): Promise<void> {
  if (await releases.failed(sequence)) location.reload();
}
