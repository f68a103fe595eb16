// Reading drafts with the keyboard: findings live, repairs and matches put into the editor, what is typed kept on this device.
// Without scripts the page does the same by its buttons, but for inserting and repairing.
document.documentElement.classList.add('js');
const desk = document.getElementById('review');
const text = desk.querySelector('textarea[name="text"]:not([readonly])');
const box = document.getElementById('findings');
const DELAY = 400; // ms after the last key until the text is checked
const IDLE = 60000; // ms without a sign of life after which reading is not counted
const KEEP = 14 * 86400000; // ms a text that was never sent is kept
const PREFIX = 'amurlive-draft-';

// What is typed survives a lost connection, an ended session, a closed page.
function stored(name, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(name));
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch { /* no room, or not allowed: the page works all the same */ }
  return null;
}

function forget() {
  const person = desk.dataset.draft.split('-')[1];
  const done = document.querySelector('[data-done]');
  if (done) stored(`${PREFIX}${done.dataset.done}-${person}`, null);
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && Date.now() - (stored(name)?.at || 0) > KEEP) stored(name, null);
    }
  } catch { /* not allowed */ }
}

// Positions come in code points; the editor counts UTF-16.
const units = (words, points) => Array.from(words).slice(0, points).join('').length;
const lead = () => text.value.length - text.value.trimStart().length;
const place = (points) => lead() + units(text.value.trimStart(), points);

// Through the browser's own editing, so that Ctrl+Z takes it back.
function put(from, to, words) {
  text.focus();
  text.setSelectionRange(from, to);
  const done = words ? document.execCommand('insertText', false, words) : document.execCommand('delete');
  if (!done) {
    text.setRangeText(words, from, to, 'end');
    text.dispatchEvent(new Event('input'));
  }
}

let checked = text ? text.value : '';
let asking = null;

async function check() {
  asking?.abort();
  asking = new AbortController();
  const sent = text.value;
  const offline = document.querySelector('[data-offline]');
  try {
    const body = new URLSearchParams({ csrf: desk.elements.csrf.value, text: sent });
    const answer = await fetch(desk.dataset.findings, { method: 'POST', body, signal: asking.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.text();
    if (text.value !== sent) return;
    const typed = [...box.querySelectorAll('details.leave[open]')].map((one) => [one.dataset.check, one.querySelector('input').value]);
    const focused = document.activeElement?.closest?.('details.leave')?.dataset.check;
    box.innerHTML = found;
    for (const [name, why] of typed) {
      const again = box.querySelector(`details.leave[data-check="${name}"]`);
      if (!again) continue;
      again.open = true;
      again.querySelector('input').value = why;
      if (name === focused) again.querySelector('input').focus();
    }
    checked = sent;
    offline.hidden = true;
  } catch (error) {
    if (error.name !== 'AbortError') offline.hidden = false;
  }
}

async function fresh() {
  if (checked !== text.value) await check();
  return checked === text.value;
}

async function repair(one) {
  const wanted = one && [one.dataset.fix, one.dataset.text, one.dataset.start].join('\n');
  if (!(await fresh())) return;
  const fixes = [...box.querySelectorAll('[data-fix]')]
    .filter((each) => !wanted || [each.dataset.fix, each.dataset.text, each.dataset.start].join('\n') === wanted)
    .map((each) => ({ start: place(Number(each.dataset.start)), end: place(Number(each.dataset.end)), words: each.dataset.text }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let made = '';
  let last = 0;
  for (const fix of fixes) {
    if (fix.start < last) continue; // one that overlaps is found anew by the next check
    made += text.value.slice(last, fix.start) + fix.words;
    last = fix.end;
  }
  if (fixes.length) put(0, text.value.length, made + text.value.slice(last));
  await check();
}

function insert(words) {
  const chosen = text.selectionStart !== text.selectionEnd && document.activeElement === text;
  put(chosen ? text.selectionStart : 0, chosen ? text.selectionEnd : text.value.length, words);
}

function insertWord(words) {
  put(text.selectionStart, text.selectionEnd, words);
}

function press(value) {
  desk.querySelector(`button[name="do"][value="${value}"]:not([aria-hidden])`)?.click();
}

const KEYS = {
  KeyR: () => text && repair(null),
  KeyN: () => document.querySelector('[data-next]')?.click(),
};
for (let number = 1; number <= 5; number += 1) {
  KEYS[`Digit${number}`] = () => {
    const match = text && desk.querySelector(`[data-match="${number}"]`);
    if (match) insert(match.dataset.insert);
  };
}

document.addEventListener('keydown', (event) => {
  if (event.isComposing || document.querySelector('dialog[open]')) return;
  const writing = event.target.closest('textarea, input, select');
  const line = event.target.closest('.seekline');
  if (event.key === 'Enter' && line && event.target.matches('input')) {
    event.preventDefault(); // what stands in a line of its own is sent by the button beside it
    line.querySelector('button').click();
  } else if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && text) {
    event.preventDefault();
    press(event.shiftKey ? 'next' : 'accept');
  } else if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && KEYS[event.code]) {
    event.preventDefault(); // by the key's place: a Russian keyboard has no N
    KEYS[event.code]();
  } else if (event.key === '?' && !writing) {
    event.preventDefault();
    document.getElementById('keys').showModal();
  }
});

desk.addEventListener('click', (event) => {
  const button = event.target.closest('button[type="button"]');
  if (!button) return;
  const { dataset } = button;
  if ('keys' in dataset) document.getElementById('keys').showModal();
  else if (!text) return;
  else if ('repairAll' in dataset) repair(null);
  else if ('fix' in dataset) repair(button);
  else if ('insert' in dataset) insert(dataset.insert);
  else if ('word' in dataset) insertWord(dataset.word);
  else if ('at' in dataset) {
    text.focus();
    text.setSelectionRange(place(Number(dataset.at)), place(Number(dataset.to)));
  }
});

let sent = false;
desk.addEventListener('submit', (event) => {
  if (sent) event.preventDefault(); // pressed twice it is sent once
  sent = true;
});
window.addEventListener('pageshow', () => { sent = false; });

function letters() {
  const line = document.querySelector('[data-letters]');
  line.hidden = false;
  line.querySelector('b').textContent = Array.from(text.value.trim()).length;
}

// How long somebody reads: only while the page is looked at and somebody moves.
function clock() {
  const field = desk.elements.seconds;
  const line = document.querySelector('[data-clock]');
  let seconds = Number(field.value) || 0;
  let alive = Date.now();
  for (const sign of ['keydown', 'pointermove', 'scroll', 'touchstart']) {
    document.addEventListener(sign, () => { alive = Date.now(); }, { passive: true });
  }
  const show = () => {
    field.value = seconds;
    line.hidden = false;
    line.querySelector('b').textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  setInterval(() => {
    if (document.visibilityState !== 'visible' || Date.now() - alive > IDLE) return;
    seconds += 1;
    show();
  }, 1000);
  show();
}

forget();
if (text) {
  const name = PREFIX + desk.dataset.draft;
  const before = stored(name);
  if (before && text.dataset.returned !== 'true' && before.text !== text.value && before.of === text.dataset.original) {
    text.value = before.text;
    document.querySelector('[data-restored]').hidden = false;
    check();
  }
  let wait = 0;
  text.addEventListener('input', () => {
    stored(name, text.value === text.dataset.original ? null : { text: text.value, of: text.dataset.original, at: Date.now() });
    letters();
    clearTimeout(wait);
    wait = setTimeout(check, DELAY);
  });
  if (text.dataset.returned === 'true') stored(name, { text: text.value, of: text.dataset.original, at: Date.now() });
  letters();
  clock();
}
