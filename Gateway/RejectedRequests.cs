using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Adds a problem body and the security headers to responses by which Kestrel rejects a request before it reaches the
/// pipeline: a malformed, slow or too large head (400, 408, 414, 431, 505). Kestrel raises the diagnostic event
/// <c>Microsoft.AspNetCore.Server.Kestrel.BadRequest</c> and then sends a response without a body as the last one on the
/// connection, which is replaced here. HTTP/1.1 without TLS only.
/// </summary>
internal sealed class RejectedRequests(SecurityHeaders security, TimeProvider time) : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequestEvent = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Wraps the connections of an endpoint.</summary>
    public static void Configure(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        var transport = connection.Transport;
        var output = new ReplacingWriter(transport.Output);
        connection.Features.Set(output);
        connection.Transport = new DuplexPipe(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    /// <summary>Listens until the server is disposed.</summary>
    public void Subscribe(DiagnosticListener listener) => listener.Subscribe(this, name => name == BadRequestEvent);

    public void OnNext(KeyValuePair<string, object?> announced)
    {
        if (announced is not { Key: BadRequestEvent, Value: IFeatureCollection request }
            || request.Get<IHttpResponseFeature>() is not { HasStarted: false } response
            || request.Get<ReplacingWriter>() is not { } output
            || request.Get<ITlsHandshakeFeature>() is not null)
        {
            return;
        }
        output.Replace(Answer(response.StatusCode, withBody: !HttpMethods.IsHead(request.Get<IHttpRequestFeature>()?.Method ?? "")));
    }

    private byte[] Answer(int status, bool withBody)
    {
        var body = Problems.BytesFor(status, ActivityTraceId.CreateRandom().ToString());
        IHeaderDictionary headers = new HeaderDictionary();
        headers.ContentType = "application/problem+json";
        headers.ContentLength = body.Length;
        headers.Connection = "close";
        headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        security.Apply(headers, isHttps: false, isPublicFile: false);
        var head = new StringBuilder($"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. withBody ? body : []];
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Forwards everything, until a response is set that replaces what is written next.</summary>
    private sealed class ReplacingWriter(PipeWriter inner) : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _dropped = new();
        private byte[]? _answer;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        private IBufferWriter<byte> Target => _answer is null ? inner : _dropped;

        public void Replace(byte[] answer) => _answer = answer;

        public override void Advance(int bytes) => Target.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => Target.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => Target.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (_answer is { } answer && _dropped.WrittenCount > 0)
            {
                _answer = null;
                inner.Write(answer);
            }
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
