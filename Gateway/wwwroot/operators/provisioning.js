// How access to outside systems is given, and what is to be given or taken away by hand.
import { api, element } from '../page.js';
import { actForm } from './act.js';
import { facts, fill, list, quiet, userLink, when } from './elements.js';

const $ = (id) => document.getElementById(id);

const health = async () => {
  const now = await api('/api/admin/provisioning/health');
  return [facts([
    ['Success rate of the last day', now.success_rate === null ? 'nothing was tried' : `${(100 * now.success_rate).toFixed(1)}%`],
    ['Oldest pending', when(now.oldest_pending_at) ?? 'none'],
    ['Last error', now.last_error ? `${now.last_error} (${when(now.last_error_at)})` : 'none'],
    ['Pending', now.pending], ['Of these waiting for our session', now.waiting_for_session], ['By hand', now.tasks],
    ['Dead letters', now.dead_letters], ['Mode', now.mode], ['When the API fails', now.fallback_mode],
  ])];
};

function show(task) {
  const item = document.createElement('article');
  const until = task.access_until ? `until ${when(task.access_until)}` : 'for ever';
  item.append(
    element('p', task.action === 'grant'
      ? `Give ${task.access_username} access to ${task.name} (${task.product}) ${until}.`
      : `Take the access to ${task.name} (${task.product}) away from ${task.access_username}.`),
    quiet(`since ${when(task.since)}`, task.error, task.pack && `pack ${task.pack}`, task.session_id),
    actForm([
      { name: 'It is done', path: `/api/admin/provisioning/tasks/${task.grant_id}/complete`, done: 'The task is done.' },
    ], showProvisioning),
    userLink(task.uid));
  return item;
}

export const showProvisioning = () => Promise.all([
  fill($('provisioning-health'), health),
  fill($('provisioning-tasks'), async () => [await list('/api/admin/provisioning/tasks?limit=10', 'tasks', show)]),
]);
