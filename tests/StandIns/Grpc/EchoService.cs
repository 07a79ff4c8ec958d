using Grpc.Core;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

internal sealed class EchoService(EchoJournal journal) : Echo.V1.EchoService.EchoServiceBase
{
    public override async Task<SayResponse> Say(SayRequest request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
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
        }
        catch (Exception exception) when (context.CancellationToken.IsCancellationRequested)
        {
            journal.Happened("count cancelled");
            throw new RpcException(new Status(StatusCode.Cancelled, "", exception));
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

    public override Task<RefuseResponse> Refuse(RefuseRequest request, ServerCallContext context) => throw new RpcException(
        new Status((StatusCode)request.Code, request.Detail),
        new Metadata { { "error-code", "insufficient_credits" }, { "error-bin", new byte[] { 0, 255 } } });

    public override async Task<HangResponse> Hang(HangRequest request, ServerCallContext context)
    {
        journal.Happened($"{request.Key} began");
        if (context.Deadline < DateTime.MaxValue)
        {
            journal.Happened($"{request.Key} has a deadline");
        }

        if (request.Abort)
        {
            context.GetHttpContext().Abort();
        }

        using var cancelled = context.CancellationToken.Register(() => journal.Happened($"{request.Key} cancelled"));
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new HangResponse();
    }

    public override Task<StumbleResponse> Stumble(StumbleRequest request, ServerCallContext context)
    {
        var attempts = journal.NextAttempt(request.Key);
        return attempts > request.Failures
            ? Task.FromResult(new StumbleResponse { Attempts = attempts })
            : throw new RpcException(new Status(StatusCode.Unavailable, $"attempt {attempts}"));
    }
}
