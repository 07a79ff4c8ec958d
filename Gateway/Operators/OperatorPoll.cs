using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Asks Accounts every second who the operators are, and whose sessions are to be ended.</summary>
internal sealed class OperatorPoll(OperatorRoles roles, AccountEnd ended, TimeProvider time, ILogger<OperatorPoll> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(1), "Accounts does not say who the operators are"), time, logger)
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(3);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var answer = await roles.AskAsync().WaitAsync(cancellationToken);
        var options = new CallOptions(deadline: RpcDeadlines.After(EndTimeout), cancellationToken: cancellationToken);
        await ended.EndAsync(answer.DeletedUserIds.Concat(answer.JoinedUserIds), options);
    }
}
