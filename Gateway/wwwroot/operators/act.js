// The form of an act: its reason for the audit log, and a key that a retry repeats.
import { api, element, onSubmit, say } from '../page.js';

function field(label, name, maxLength, isLong) {
  const input = document.createElement(isLong ? 'textarea' : 'input');
  if (isLong) input.rows = 4;
  Object.assign(input, { name, maxLength, required: true, autocomplete: 'off' });
  const whole = element('label', `${label} `, 'wide');
  whole.append(input);
  return whole;
}

// With this answer nothing was done and nothing will be. After any other, and after none, the same request must have the same key.
const isFinal = ({ status, answer }) => status >= 400 && status < 500 && answer.code !== 'idempotency_key_in_use';

// Each act is a button with a path, and what is said when it is done. Then `changed` reads again what it has changed.
export function actForm(acts, changed, { message = false } = {}) {
  const form = element('form', '', message ? 'stack' : 'row');
  if (message) form.append(field('Answer', 'message', 5000, true));
  form.append(field('Reason', 'reason', 1000, false), ...acts.map(({ name }, index) => {
    const button = element('button', name, index > 0 ? 'plain' : '');
    button.value = index;
    return button;
  }));
  let unanswered = null;
  onSubmit(form, async (fields, used) => {
    const { path, done } = acts[used?.value ?? 0];
    const body = Object.fromEntries(fields);
    const request = path + JSON.stringify(body);
    if (unanswered?.request !== request) unanswered = { request, key: crypto.randomUUID() };
    try {
      const answer = await api(path, { method: 'POST', body, key: unanswered.key });
      unanswered = null;
      say(typeof done === 'function' ? done(answer) : done);
    } catch (error) {
      if (error.status === undefined) throw new Error('There was no answer. Send it again: it is done once.');
      if (isFinal(error)) {
        unanswered = null;
        // It may not wait any more. A long text is not lost for that.
        if (!message && (error.status === 404 || error.status === 409)) await changed();
      }
      throw error;
    }
    await changed();
  });
  return form;
}
