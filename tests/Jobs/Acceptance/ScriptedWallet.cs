using Grpc.Core;
using Grpc.Core.Interceptors;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>Intercepts calls to the real wallet: runs something first, or fails the call.</summary>
public sealed class ScriptedWallet : Interceptor
{
    /// <summary>Runs before a hold is placed; an exception becomes the answer.</summary>
    public Func<PlaceHoldRequest, Task>? BeforeHold { get; set; }

    /// <summary>Runs before a hold is settled or released; an exception becomes the answer.</summary>
    public Func<Task>? BeforeEnd { get; set; }

    /// <summary>Removes both.</summary>
    public void Heal() => (BeforeHold, BeforeEnd) = (null, null);

    /// <inheritdoc />
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        return new AsyncUnaryCall<TResponse>(
            AnswerAsync(), Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });

        async Task<TResponse> AnswerAsync()
        {
            if (request is PlaceHoldRequest hold && BeforeHold is { } beforeHold)
            {
                await beforeHold(hold);
            }
            if (request is ReleaseHoldRequest or SettleHoldRequest && BeforeEnd is { } beforeEnd)
            {
                await beforeEnd();
            }
            return await continuation(request, context);
        }
    }
}
