// What is not tried any more, to be tried again or, of what Payments has set aside, to be taken off the list.
import { api, element } from '../page.js';
import { actForm } from './act.js';
import { button, fill, list, quiet, userLink, when } from './elements.js';

const place = document.getElementById('dead-letter-list');

// `done` is known of some queues only.
const replayed = ({ done }) => ({ true: 'It is handled.', false: 'It is not handled yet, and is set aside again if it cannot be.' }[done]
  ?? 'It is tried again now.');

const show = (again) => (letter) => {
  const item = document.createElement('article');
  const path = `/api/admin/dead-letters/${letter.queue}/${encodeURIComponent(letter.id)}`;
  item.append(
    element('p', `${letter.queue}: ${letter.kind}`),
    quiet(letter.error, `attempts: ${letter.attempts}`, `since ${when(letter.since)}`, letter.id),
    actForm([
      { name: 'Try again', path: `${path}/replay`, done: replayed },
      ...letter.queue === 'parked' ? [{ name: 'Dismiss', path: `${path}/dismiss`, done: 'It is off the list.' }] : [],
    ], again),
    ...letter.uid ? [userLink(letter.uid)] : []);
  return item;
};

const showQueue = (queue) => fill(place, async () => [
  await list(`/api/admin/dead-letters?queue=${queue}&limit=20`, 'dead_letters', show(() => showQueue(queue))),
  button('All queues', showDeadLetters),
]);

export function showDeadLetters() {
  return fill(place, async () => {
    const { dead_letters: letters, more, unavailable } = await api('/api/admin/dead-letters?limit=5');
    return [
      ...unavailable.map((queue) => element('p', `${queue} cannot be read now: its service does not answer.`, 'failed')),
      ...letters.length || unavailable.length ? letters.map(show(showDeadLetters)) : [element('p', 'None.', 'quiet')],
      ...more.map((queue) => button(`All of ${queue}`, () => showQueue(queue))),
    ];
  });
}
