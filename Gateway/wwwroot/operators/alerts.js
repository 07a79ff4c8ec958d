// What operators are told, as long as it lasts.
import { element } from '../page.js';
import { fill, list, quiet, when } from './elements.js';

function show(alert) {
  const item = document.createElement('article');
  const told = alert.told_at ? `told ${when(alert.told_at)}` : 'not told yet';
  item.append(element('p', alert.text), quiet(alert.kind, `since ${when(alert.since)}`, told));
  return item;
}

export const showAlerts = () => fill(document.getElementById('alert-list'),
  async () => [await list('/api/admin/alerts?status=open&limit=10', 'alerts', show)]);
