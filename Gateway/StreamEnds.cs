using Yarp.ReverseProxy.Transforms;

namespace ReelBallers.Gateway;

/// <summary>
/// Ends the event streams at a boundary of what the service has sent: when the Gateway stops, so that clients reconnect to another Gateway
/// and the other requests are finished meanwhile; and when their session is revoked, which is seen with the next comment at the latest.
/// </summary>
internal sealed class StreamEnds(IHostApplicationLifetime lifetime, RevokedSessions revoked, RevokedUsers revokedUsers)
{
    /// <summary>Whether a stream of the session is to end.</summary>
    public bool IsOver(Session? session) =>
        session is not null && (revoked.Contains(session) || revokedUsers.Contains(session));

    /// <summary>Lets the body of a service's response end early.</summary>
    public async ValueTask ApplyAsync(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is { IsSuccessStatusCode: true } response)
        {
            var body = await response.Content.ReadAsStreamAsync(transform.HttpContext.RequestAborted);
            var session = transform.HttpContext.Features.Get<Session>();
            response.Content = new StreamContent(new EndingStream(body, () => IsOver(session), lifetime.ApplicationStopping));
        }
    }

    private sealed class EndingStream(Stream inner, Func<bool> isOver, CancellationToken end) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (isOver())
            {
                return 0;
            }
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end);
            try
            {
                return await inner.ReadAsync(buffer, either.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return 0;
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
