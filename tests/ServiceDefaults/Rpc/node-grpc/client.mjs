// usage: node client.mjs <address> <proto file> <internal credential> <scenario>
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, protoFile, credential, scenario] = process.argv.slice(2);
const { EchoService } = grpc.loadPackageDefinition(loader.loadSync(protoFile)).reelballers.tests.echo.v1;
const soon = () => ({ deadline: Date.now() + 30_000 });
const withCredential = (options, nextCall) => new grpc.InterceptingCall(nextCall(options), {
  start(metadata, listener, next) {
    metadata.set('x-internal-credential', credential);
    next(metadata, listener);
  },
});
const connect = (options = {}, interceptors = [withCredential]) =>
  new EchoService(address, grpc.credentials.createInsecure(), { ...options, interceptors });

// Resolves to everything that is known of a call once it has ended.
const ended = (start) => new Promise((resolve) => {
  const facts = { messages: [] };
  const call = start((error, message) => { facts.error = error; if (message) { facts.messages.push(message); } });
  call.on('metadata', (metadata) => { facts.headers = metadata; });
  call.on('data', (message) => { facts.messages.push(message); });
  call.on('error', (error) => { facts.error = error; });
  call.on('status', (status) => setImmediate(() => resolve({ ...facts, status })));
});

const scenarios = {
  async unary() {
    const { messages, status } = await ended((done) => connect().Say({ text: 'hello' }, soon(), done));
    assert.equal(messages[0].text, 'hello');
    assert.equal(status.code, grpc.status.OK);
  },

  async clientStream() {
    const { messages } = await ended((done) => {
      const call = connect().Collect(soon(), done);
      for (const text of ['one', 'two', 'three']) { call.write({ text }); }
      call.end();
      return call;
    });
    assert.equal(messages[0].text, 'one two three');
  },

  async serverStream() {
    const { messages, status } = await ended(() => connect().Count({ count: 100 }, soon()));
    assert.deepEqual(messages.map((message) => message.number), Array.from({ length: 100 }, (_, index) => index + 1));
    assert.equal(status.code, grpc.status.OK);
  },

  async duplex() {
    const left = ['a', 'b', 'c'];
    const { messages } = await ended(() => {
      const call = connect().Chat(soon());
      const next = () => (left.length ? call.write({ text: left.shift() }) : call.end());
      call.on('data', next);
      next();
      return call;
    });
    assert.deepEqual(messages.map((message) => message.text), ['a', 'b', 'c']);
  },

  async refusal() {
    const detail = '5 € short, 100% sure';
    const { error, status } = await ended((done) => connect().Refuse({ code: grpc.status.FAILED_PRECONDITION, detail }, soon(), done));
    assert.equal(error.code, grpc.status.FAILED_PRECONDITION);
    assert.equal(error.details, detail);
    assert.deepEqual(status.metadata.get('error-code'), ['insufficient_credits']);
    assert.deepEqual(status.metadata.get('error-bin'), [Buffer.from([0, 255])]);
  },

  async metadata() {
    const sent = new grpc.Metadata();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    sent.set('x-test-text', 'one, two');
    sent.set('x-test-bytes-bin', bytes);
    const { headers, status } = await ended((done) => connect().Say({ text: 'hello' }, sent, soon(), done));
    assert.equal(status.code, grpc.status.OK);
    for (const received of [headers, status.metadata]) {
      assert.deepEqual(received.get('x-test-text'), ['one, two']);
      assert.deepEqual(received.get('x-test-bytes-bin'), [bytes]);
    }
  },

  async withoutCredential() {
    const { status } = await ended((done) => connect({}, []).Say({ text: 'hello' }, soon(), done));
    assert.equal(status.code, grpc.status.UNAUTHENTICATED);
  },

  async deadline() {
    const client = connect();
    // Connected first, so that the call arrives before its deadline on a busy machine too.
    await ended((done) => client.Say({}, soon(), done));
    const { status } = await ended((done) => client.Hang({ key: 'js late' }, { deadline: Date.now() + 4_000 }, done));
    assert.equal(status.code, grpc.status.DEADLINE_EXCEEDED);
  },

  async cancellation() {
    const { status } = await ended(() => {
      const call = connect().Count({ forever: true }, soon());
      call.once('data', () => call.cancel());
      return call;
    });
    assert.equal(status.code, grpc.status.CANCELLED);
  },

  async gzip() {
    const payload = Buffer.alloc(1 << 20);
    const client = connect({ 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip });
    const { messages } = await ended((done) => client.Say({ payload }, soon(), done));
    assert.ok(payload.equals(messages[0].payload));
  },

  async tooLarge() {
    const client = connect({ 'grpc.max_receive_message_length': -1 });
    const { status } = await ended((done) => client.Say({ payload: Buffer.alloc(20 << 20) }, soon(), done));
    assert.equal(status.code, grpc.status.RESOURCE_EXHAUSTED);
    const { messages } = await ended((done) => client.Say({ text: 'still here' }, soon(), done));
    assert.equal(messages[0].text, 'still here');
  },
};

await scenarios[scenario]();
console.log(`${scenario} passed`);
process.exit(0);
