// Keeps the numbers of a show's stock fresh by server-sent events; without scripts the page shows the same after a reload.
const line = document.querySelector('[data-live]');
const AGAIN = 3000; // ms until a stream that was refused is asked for once more; one that only ended comes back by itself

function show(state) {
  for (const part of line.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== state;
}

function put(part, value) {
  const text = String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  if (part.textContent === text) return;
  part.textContent = text;
  part.classList.remove('flash');
  void part.offsetWidth; // begins the flash anew
  part.classList.add('flash');
}

function fill(shelf, pools) {
  const total = { available: 0, reserved: 0, sold: 0, allotted: 0 };
  for (const pool of pools) {
    for (const name of Object.keys(total)) total[name] += pool[name];
    for (const part of shelf.querySelectorAll(`[data-place="${pool.place}"] [data-figure]`)) put(part, pool[part.dataset.figure]);
  }
  for (const part of shelf.querySelectorAll(':scope > p [data-figure]')) put(part, total[part.dataset.figure]);
  const part = (packs) => (total.allotted ? (100 * packs) / total.allotted : 0);
  const [sold, reserved] = ['sold', 'reserved'].map((name) => shelf.querySelector(`[data-bar="${name}"]`));
  sold.setAttribute('width', part(total.sold));
  reserved.setAttribute('x', part(total.sold));
  reserved.setAttribute('width', part(total.reserved));
  const open = pools.some((pool) => pool.open);
  shelf.toggleAttribute('data-closed', !open);
  shelf.toggleAttribute('data-low', open && total.available * 10 <= total.allotted);
}

function take(event) {
  show('on');
  const shelves = new Map();
  for (const pool of JSON.parse(event.data).items) shelves.set(pool.sku, [...(shelves.get(pool.sku) || []), pool]);
  let strange = false;
  for (const [sku, pools] of shelves) {
    const shelf = document.querySelector(`[data-sku="${sku}"]`);
    if (shelf && pools.every((pool) => shelf.querySelector(`[data-place="${pool.place}"]`))) fill(shelf, pools);
    else strange = true;
  }
  // Something new is on sale: the page is asked for again, unless somebody is typing or has a refused form before him.
  if (strange && line.dataset.home && !document.activeElement.closest('form')) location.assign(line.dataset.home);
}

function listen() {
  const events = new EventSource(`/api/v1/shows/${line.dataset.live}/stock/events`);
  events.addEventListener('stock', take);
  events.addEventListener('open', () => show('on'));
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) {
      show('off');
      setTimeout(listen, AGAIN);
    } else {
      setTimeout(() => events.readyState === EventSource.CONNECTING && show('off'), AGAIN);
    }
  });
}

if (line) listen();
