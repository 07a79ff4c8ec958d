using Grpc.Core;
using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Asks Accounts every second who the operators are, and whose sessions are to be ended.</summary>
internal sealed class OperatorPoll(
    AccountsService.AccountsServiceClient accounts, OperatorRoles roles, AccountEnd ended, TimeProvider time,
    ILogger<OperatorPoll> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(1), "Accounts does not say who the operators are"), time, logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var askedAt = Time.GetTimestamp();
        var options = new CallOptions(deadline: RpcDeadlines.After(Timeout), cancellationToken: cancellationToken);
        var answer = await accounts.ListOperatorsAsync(new ListOperatorsRequest(), options);
        roles.Take(
            answer.Operators.Select(row => KeyValuePair.Create(Guid.Parse(row.UserId), Roles.Parse(row.Role) ?? Role.User)), askedAt);
        await ended.EndAsync(answer.DeletedUserIds.Concat(answer.JoinedUserIds), options);
    }
}
