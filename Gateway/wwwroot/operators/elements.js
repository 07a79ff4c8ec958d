// What the sections of the page are made of. Text goes into elements as text only: much of it was written by strangers.
import { api, element, say } from '../page.js';

export const when = (time) => (time ? new Date(time).toLocaleString() : null);

export const quiet = (...parts) => element('p', parts.filter(Boolean).join(' · '), 'quiet');

// Fills a section, and again when it has changed. One that cannot be read says so, and the others stay.
export async function fill(place, load) {
  try {
    place.replaceChildren(...await load());
  } catch (error) {
    place.replaceChildren(element('p', error.message, 'failed'));
  }
}

// Pairs of a name and a value; those without a value are left out.
export function facts(pairs) {
  const list = element('dl', '', 'facts');
  for (const [name, value] of pairs) {
    if (value === null || value === undefined) continue;
    const pair = document.createElement('div');
    pair.append(element('dt', name), element('dd', String(value)));
    list.append(pair);
  }
  return list;
}

export function table(headings, rows) {
  const head = document.createElement('thead');
  const line = document.createElement('tr');
  line.append(...headings.map((heading) => element('th', heading)));
  head.append(line);
  const whole = document.createElement('table');
  whole.append(head, rows);
  const scroll = element('div', '', 'scroll');
  scroll.append(whole);
  return scroll;
}

export function button(text, work) {
  const made = element('button', text, 'plain');
  made.type = 'button';
  made.addEventListener('click', async () => {
    made.disabled = true;
    try {
      await work();
    } catch (error) {
      say(error.message, true);
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

// A link to the user, whom the last section then shows.
export function userLink(uid, text = 'Show the user') {
  const link = element('a', text);
  link.href = `#user=${uid}`;
  return link;
}

// What is read when somebody opens it, each time.
export function fold(title, load) {
  const details = document.createElement('details');
  const place = document.createElement('div');
  details.append(element('summary', title), place);
  details.addEventListener('toggle', () => details.open && fill(place, load));
  return details;
}

// A list of the API in pages: as a table with headings, else one below the other.
export async function list(path, field, show, headings = null) {
  const rows = document.createElement(headings ? 'tbody' : 'div');
  const whole = document.createElement('div');
  whole.append(headings ? table(headings, rows) : rows);
  async function add(cursor) {
    const query = cursor ? `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}` : '';
    const answer = await api(path + query);
    rows.append(...answer[field].map(show));
    if (answer.next_cursor) {
      const more = button('More', async () => {
        await add(answer.next_cursor);
        more.remove();
      });
      whole.append(more);
    }
  }
  await add(null);
  return rows.childElementCount ? whole : element('p', 'None.', 'quiet');
}
