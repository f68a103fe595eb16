// Follows running jobs by server-sent events; without scripts the page shows the same after a reload.
for (const card of document.querySelectorAll('[data-job]')) {
  if (!['queued', 'running'].includes(card.dataset.state)) continue;
  const events = new EventSource(`/api/v1/jobs/${card.dataset.job}/events`);
  events.addEventListener('job', (event) => {
    const job = JSON.parse(event.data);
    if (job.state !== card.dataset.state) {
      events.close();
      location.reload();
      return;
    }
    const bar = card.querySelector('progress');
    if (bar) {
      bar.max = job.total || 1;
      bar.value = job.done;
      card.querySelector('.count').textContent = `${job.done} / ${job.total || '…'}`;
    }
  });
}
