/* Shows what a synonym rule would change under its form; without this a page of its own opens. */
document.addEventListener('DOMContentLoaded', () => {
  const panel = document.querySelector('[data-rule-preview]');
  const form = panel && panel.closest('form');
  if (!form) return;
  const button = panel.querySelector('button');
  const answer = panel.querySelector('[data-rule-preview-answer]');
  const status = panel.querySelector('[data-rule-preview-status]');
  const stale = panel.querySelector('[data-rule-preview-stale]');
  const field = panel.querySelector('input');
  // Enter saves the rule, as in every form of the editor.
  button.type = 'button';

  let asked = 0;
  async function show() {
    const turn = ++asked;
    stale.hidden = true;
    status.textContent = status.dataset.wait;
    answer.replaceChildren();
    try {
      const response = await fetch(button.getAttribute('formaction'), {
        method: 'POST',
        body: new FormData(form),
        headers: { 'X-Requested-With': 'XMLHttpRequest' },
      });
      if (!response.ok) throw new Error(String(response.status));
      const html = await response.text();
      if (turn !== asked) return;
      answer.innerHTML = html;
      status.textContent = status.dataset.ready;
    } catch {
      if (turn === asked) status.textContent = status.dataset.failure;
    }
  }

  button.addEventListener('click', show);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    show();
  });
  form.addEventListener('input', (event) => {
    if (event.target !== field && answer.childElementCount) stale.hidden = false;
  });
});
