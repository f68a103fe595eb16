// Offers safer wording with one touch. Without scripts the words are selected whole by a touch and copied by hand.
for (const words of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = words.dataset.copy;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(words.textContent);
    button.textContent = words.dataset.copied;
  });
  words.after(' ', button);
}
