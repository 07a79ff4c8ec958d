using Grpc.Core;
using ReelBallers.Accounts.V1;
using Yarp.ReverseProxy.Transforms;

namespace ReelBallers.Gateway;

/// <summary>
/// Ends the sessions of users who have deleted their accounts: with the response of Accounts (routes with the policy
/// <c>EndsSessions</c>), and, if that was cut off, when Accounts says so (<see cref="OperatorPoll"/>). Those of anonymous users whom an
/// operator has joined into accounts end when Accounts says so.
/// </summary>
internal sealed class AccountEnd(RevokedUsers revoked, AccountsService.AccountsServiceClient accounts)
{
    /// <summary>Does nothing with a response that is no success.</summary>
    public async ValueTask CompleteAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is { IsSuccessStatusCode: true } && context.Features.Get<Session>() is { } session)
        {
            await revoked.RevokeAsync(session.UserId, context.RequestAborted);
            SessionCookie.Clear(context);
        }
    }

    /// <summary>Ends the sessions of users whom Accounts has named, and tells it. Safe to repeat.</summary>
    public async Task EndAsync(IEnumerable<string> userIds, CallOptions options)
    {
        foreach (var userId in userIds)
        {
            await revoked.RevokeAsync(Guid.Parse(userId), options.CancellationToken);
            await accounts.ConfirmSessionsEndedAsync(new ConfirmSessionsEndedRequest { UserId = userId }, options);
        }
    }
}
