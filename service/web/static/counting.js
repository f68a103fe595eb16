// Counting with a scanner and receiving with a pencil. Without scripts the pages do the same, with one more look.

// Scanners send the separator of GS1 codes as Ctrl+]; a text field would drop it, and the lot would swallow the serial number.
const code = document.querySelector('input[data-scan]');
if (code) {
  code.addEventListener('keydown', (event) => {
    if (!event.ctrlKey || event.key !== ']') return;
    event.preventDefault();
    code.setRangeText('\u001d', code.selectionStart, code.selectionEnd, 'end');
  });
  code.focus();
  code.select();
}

// Damaged packs are packs that were not received well: the one follows the other until somebody types it.
for (const received of document.querySelectorAll('input[data-under-way]')) {
  const damaged = received.closest('tr').querySelector('input[name="damaged"]');
  let typed = false;
  received.addEventListener('input', () => { typed = true; });
  damaged.addEventListener('input', () => {
    const left = Number(received.dataset.underWay) - Number(damaged.value);
    if (!typed && left >= 0) received.value = left;
  });
}
