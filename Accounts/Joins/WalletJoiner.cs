using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using WalletClient = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Accounts;

/// <summary>
/// Has the Wallet join the wallets of anonymous users with those of their accounts, and tells the other services. Any number of replicas
/// may run it. A task is repeated until it succeeds: while jobs hold credits, which end in time, while the account's wallet has no room,
/// and over outages. What is rejected otherwise waits for an operator's act (<see cref="OperatorJoins"/>).
/// </summary>
internal sealed partial class WalletJoiner(
    IServiceScopeFactory scopes, WorkSignals signals, WalletClient wallet, JoinedUserServices others, AccountsMeter meter,
    TimeProvider time, ILogger<WalletJoiner> logger)
    : QueueWorker<WalletJoin>(scopes, signals.Joins, "The wallets to join could not be read", time, logger)
{
    /// <summary>Of a sign-in, among the keys of the user who was anonymous, who is joined once. An operator's act has its own.</summary>
    public const string IdempotencyKey = "sign-in-join";

    /// <summary>How often a wait is logged: an hour of attempts at the longest delay.</summary>
    public const int AttemptsBetweenWarnings = 120;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly OutageReporter _calls = new(logger, "Wallets could not be joined");

    protected override Task<IReadOnlyList<WalletJoin>> LeaseAsync(
        IServiceProvider services, int limit, CancellationToken stoppingToken) =>
        services.GetRequiredService<WalletJoins>().LeaseAsync(limit, stoppingToken);

    protected override Task AttemptAsync(WalletJoin join, IServiceProvider services, CancellationToken stoppingToken) =>
        AttemptAsync(services.GetRequiredService<WalletJoins>(), join, stoppingToken);

    private async Task AttemptAsync(WalletJoins joins, WalletJoin join, CancellationToken stoppingToken)
    {
        // The credits do not wait for a service that is down, nor do the jobs and files for a hold that is open.
        var failures = new[]
        {
            await Attempts.FailureAsync(() => TellAsync(joins, join, stoppingToken), stoppingToken),
            await Attempts.FailureAsync(
                async () => await wallet.JoinWalletsAsync(RequestOf(join), cancellationToken: stoppingToken), stoppingToken),
        }.OfType<Exception>().ToList();
        if (failures.Find(failure => !IsHeld(failure) && !IsFinal(failure)) is { } outage)
        {
            _calls.Report(outage);
            // Operators are told of a limit once, and not again after each outage.
            await WaitAsync(joins, join, join.IsAtLimit ? join.LastError! : Outages.Reason(outage), stoppingToken);
            return;
        }
        _calls.Recovered();
        if (failures.Exists(IsHeld))
        {
            await WaitAsync(joins, join, WalletErrorCodes.HoldsOpen, stoppingToken);
        }
        else if (failures.OfType<RpcException>().OrderBy(IsLimit).FirstOrDefault() is { } rejected)
        {
            await RejectAsync(joins, join, rejected, stoppingToken);
        }
        else
        {
            // Not cancelled by the stop: they are joined.
            await joins.JoinedAsync(join, CancellationToken.None);
            meter.Joined("joined");
        }
    }

    private async Task TellAsync(WalletJoins joins, WalletJoin join, CancellationToken cancellationToken)
    {
        if (join.ToldAt is null)
        {
            await others.TellAsync(join.FromUserId, join.IntoUserId, cancellationToken);
            await joins.ToldAsync(join, cancellationToken);
        }
    }

    private async Task RejectAsync(WalletJoins joins, WalletJoin join, RpcException rejected, CancellationToken cancellationToken)
    {
        if (!join.IsAtLimit || !IsLimit(rejected))
        {
            meter.Joined("rejected");
            LogRejected(logger, join.FromUserId, join.IntoUserId, rejected.ErrorCode()!, rejected.Status.Detail);
        }
        var reason = $"{rejected.ErrorCode()}: {rejected.Status.Detail}";
        await (IsLimit(rejected)
            ? joins.RetryAsync(join, Attempts.PostDelayAfter(join.Attempts), reason, cancellationToken)
            : joins.RejectedAsync(join, reason, cancellationToken));
    }

    private async Task WaitAsync(WalletJoins joins, WalletJoin join, string reason, CancellationToken cancellationToken)
    {
        if (join.Attempts % AttemptsBetweenWarnings == 0)
        {
            LogWaitsLong(logger, join.FromUserId, join.IntoUserId, join.CreatedAt, reason);
        }
        await joins.RetryAsync(join, Attempts.DelayAfter(join.Attempts, LongestDelay), reason, cancellationToken);
    }

    private static JoinWalletsRequest RequestOf(WalletJoin join) => new()
    {
        FromUserId = join.FromUserId.ToString(),
        IntoUserId = join.IntoUserId.ToString(),
        IdempotencyKey = join.ActId is { } actId ? MoneyActs.KeyOf(actId) : IdempotencyKey,
        Actor = join.ActorId?.ToString() ?? "accounts",
        // The audit log says why.
        Reason = join.ActId is { } act ? $"operator's act {act}" : "sign-in",
    };

    private static bool IsHeld(Exception failure) =>
        failure is RpcException rejection && rejection.ErrorCode() == WalletErrorCodes.HoldsOpen;

    // It ends when the account spends.
    private static bool IsLimit(RpcException rejection) => rejection.ErrorCode() == WalletJoin.AtLimit;

    // An answer of a service's rules, and not of its surroundings.
    private static bool IsFinal(Exception failure) =>
        failure is RpcException { StatusCode: StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.OutOfRange } rejection
        && rejection.ErrorCode() is not (null or WalletErrorCodes.HoldsOpen);

    [LoggerMessage(LogLevel.Error, "The wallet of {FromUserId} was not joined into that of {IntoUserId}: {Code} ({Reason})")]
    private static partial void LogRejected(ILogger logger, Guid fromUserId, Guid intoUserId, string code, string reason);

    [LoggerMessage(
        LogLevel.Warning, "The wallet of {FromUserId} waits since {CreatedAt} to be joined into that of {IntoUserId}: {Reason}")]
    private static partial void LogWaitsLong(
        ILogger logger, Guid fromUserId, Guid intoUserId, DateTimeOffset createdAt, string reason);
}
