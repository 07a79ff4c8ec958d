using Grpc.Core;
using Npgsql;
using ReelBallers.ServiceDefaults.Tests.Rpc.V1;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>A gRPC service of every kind of call, for tests of the defaults around it.</summary>
internal sealed class EchoService(EchoCallLog callLog) : V1.EchoService.EchoServiceBase
{
    public override async Task<SayResponse> Say(SayRequest request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-test-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
            context.ResponseTrailers.Add(entry);
        }
        await context.WriteResponseHeadersAsync(headers);
        return new SayResponse { Text = request.Text, Payload = request.Payload };
    }

    public override async Task<CollectResponse> Collect(IAsyncStreamReader<CollectRequest> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        while (await requestStream.MoveNext())
        {
            texts.Add(requestStream.Current.Text);
        }
        return new CollectResponse { Text = string.Join(' ', texts) };
    }

    public override async Task Count(CountRequest request, IServerStreamWriter<CountResponse> responseStream, ServerCallContext context)
    {
        try
        {
            for (var number = 1; request.Forever || number <= request.Count; number++)
            {
                await responseStream.WriteAsync(new CountResponse { Number = number }, context.CancellationToken);
            }
            if (request.WriteAfterCancellation)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                callLog.Happened("late write");
                await responseStream.WriteAsync(new CountResponse(), CancellationToken.None);
            }
        }
        finally
        {
            // Whatever the write throws: an endless stream ends only because its caller left.
            callLog.Happened("count ended");
        }
        if (request.FailAtEnd)
        {
            throw new InvalidOperationException("a secret of the stream");
        }
    }

    public override async Task Chat(
        IAsyncStreamReader<ChatRequest> requestStream, IServerStreamWriter<ChatResponse> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(new ChatResponse { Text = request.Text });
        }
    }

    public override Task<RefuseResponse> Refuse(RefuseRequest request, ServerCallContext context) => throw new RpcRejection(
        new Status((StatusCode)request.Code, request.Detail),
        new Metadata { { "error-code", "insufficient_credits" }, { "error-bin", new byte[] { 0, 255 } } });

    public override Task<BreakResponse> Break(BreakRequest request, ServerCallContext context) => throw request.How switch
    {
        "bug" => new InvalidOperationException("a secret of the call"),
        "outage" => new NpgsqlException("a secret of the database", new IOException()),
        "outage of another service" => Called(StatusCode.Unavailable),
        "deadline of another service" => Called(StatusCode.DeadlineExceeded),
        "rejection by another service" => Called(StatusCode.FailedPrecondition),
        "our credential is wrong" => Called(StatusCode.Unauthenticated),
        "timeout" => new OperationCanceledException("a secret of the timeout"),
        _ => new ArgumentOutOfRangeException(nameof(request), request.How, null),
    };

    public override async Task<HangResponse> Hang(HangRequest request, ServerCallContext context)
    {
        callLog.Happened($"{request.Key} began");
        if (context.Deadline < DateTime.MaxValue)
        {
            callLog.Happened($"{request.Key} has a deadline");
        }
        using var cancelled = context.CancellationToken.Register(() => callLog.Happened($"{request.Key} cancelled"));
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new HangResponse();
    }

    public override Task<StumbleResponse> Stumble(StumbleRequest request, ServerCallContext context)
    {
        var attempts = callLog.NextAttempt(request.Key);
        return attempts > request.Failures
            ? Task.FromResult(new StumbleResponse { Attempts = attempts })
            : throw new RpcRejection(new Status(StatusCode.Unavailable, $"attempt {attempts}"), []);
    }

    // What a call to another service ends in.
    private static RpcException Called(StatusCode status) =>
        new(new Status(status, "a secret of the other service"), new Metadata { { RpcErrors.CodeTrailer, "code_of_another_contract" } });
}
