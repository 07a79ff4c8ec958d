import createFetchClient, { type Client as FetchClient } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type { components, operations, paths } from './schema.js';

/** The schemas of the OpenAPI document by name: `Schemas['Job']`. */
export type Schemas = components['schemas'];

/** A client whose methods take the paths of the OpenAPI document: `client.GET('/api/jobs/{job_id}', { params: … })`. */
export type Client = FetchClient<paths>;

export interface ClientOptions {
  /** The Gateway's origin. Without it requests go to the origin of the page. */
  baseUrl?: string;

  /**
   * The token of a session, or what gives it at each request. Without it the browser's cookie counts; pages of another origin send it too,
   * if that origin is among the Gateway's `allowed-origins`.
   */
  token?: string | (() => string | undefined);

  /** Instead of the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/**
 * Makes a client. Each POST request gets an `Idempotency-Key` unless it has one. To repeat a request safely, give it a key of your own with
 * `newIdempotencyKey` and send the same again: it takes effect once.
 */
export function createClient(options: ClientOptions = {}): Client {
  const { token } = options;
  const client = createFetchClient<paths>({
    credentials: 'include',
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  client.use({
    onRequest({ request }) {
      const current = typeof token === 'function' ? token() : token;
      if (current !== undefined) {
        request.headers.set('Authorization', `Bearer ${current}`);
      }
      if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
        request.headers.set('Idempotency-Key', newIdempotencyKey());
      }
      return request;
    },
  });
  return client;
}

/** A key that no one guesses. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}
