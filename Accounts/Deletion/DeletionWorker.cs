using Grpc.Core;
using Grpc.Net.ClientFactory;
using ReelBallers.ServiceDefaults;
using ReelBallers.Users.V1;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Users.V1.DeletedUsersService.DeletedUsersServiceClient;

namespace ReelBallers.Accounts;

/// <summary>
/// Has the services erase the users who have deleted their accounts. Any number of replicas may run it. Each step is repeated until it is
/// done, whatever becomes of the others: over outages, while jobs end, and after bugs. None is ever given up.
/// </summary>
internal sealed partial class DeletionWorker(
    IServiceScopeFactory scopes, WorkSignals signals, GrpcClientFactory clients, WalletService.WalletServiceClient wallet,
    AccountsMeter meter, TimeProvider time, ILogger<DeletionWorker> logger)
    : QueueWorker<AccountDeletion>(scopes, signals.Deletions, "The accounts to delete could not be read", time, logger)
{
    /// <summary>Among the keys of each user, whose wallet is given up once.</summary>
    public const string IdempotencyKey = "account-deletion";

    /// <summary>How often a wait is logged: an hour of attempts at the longest delay.</summary>
    public const int AttemptsBetweenAlarms = 60;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    // Payments looks through its events.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(4);

    private static readonly (DeletionSteps Step, string Service)[] Told =
        [(DeletionSteps.Jobs, "jobs"), (DeletionSteps.Files, "storage"), (DeletionSteps.Payments, "payments")];

    private readonly OutageReporter _steps = new(logger, "Deleted accounts could not be erased");

    /// <summary>Registers the clients.</summary>
    public static void AddClients(WebApplicationBuilder builder) => builder.AddGrpcClients<Client>(Told.Select(told => told.Service));

    protected override Task<IReadOnlyList<AccountDeletion>> LeaseAsync(
        IServiceProvider services, int limit, CancellationToken stoppingToken) =>
        services.GetRequiredService<AccountDeletions>().LeaseAsync(limit, stoppingToken);

    protected override async Task AttemptAsync(
        AccountDeletion deletion, IServiceProvider services, CancellationToken stoppingToken)
    {
        var results = await Task.WhenAll(StepsOf(deletion, services, stoppingToken)
            .Where(step => !deletion.DoneSteps.HasFlag(step.Step))
            .Select(async step => (step.Step, WaitsFor: await TryAsync(step.Run, stoppingToken))));
        var done = results.Where(result => result.WaitsFor is null)
            .Aggregate(deletion.DoneSteps, (sum, result) => sum | result.Step);
        var waits = results.Where(result => result.WaitsFor is not null)
            .Select(result => $"{result.Step}: {result.WaitsFor}").ToArray();
        if (waits.Length == 0)
        {
            _steps.Recovered();
            meter.Deleted(deletion.Pass > 1 ? "ended" : "erased");
        }
        else if (deletion.Attempts % AttemptsBetweenAlarms == 0)
        {
            LogWaitsLong(logger, deletion.UserId, deletion.DeletedAt, string.Join("; ", waits));
        }
        await services.GetRequiredService<AccountDeletions>().AttemptedAsync(
            deletion, done, Attempts.DelayAfter(deletion.Attempts, LongestDelay), waits.Length == 0 ? null : string.Join("; ", waits),
            stoppingToken);
    }

    // Each gives what it waits for; null when it is done.
    private IEnumerable<(DeletionSteps Step, Func<Task<string?>> Run)> StepsOf(
        AccountDeletion deletion, IServiceProvider services, CancellationToken stoppingToken) =>
    [
        .. Told.Select(told => (told.Step, (Func<Task<string?>>)(() => TellAsync(told.Service, deletion, stoppingToken)))),
        (DeletionSteps.Credits, () => ForfeitAsync(deletion, stoppingToken)),
        (DeletionSteps.Rows, async () =>
        {
            await services.GetRequiredService<DeletedUserRows>().EraseAsync(deletion, email: null, stoppingToken);
            return null;
        }),
    ];

    private async Task<string?> TellAsync(string service, AccountDeletion deletion, CancellationToken stoppingToken)
    {
        var answer = await clients.CreateClientOf<Client>(service).DeleteUserAsync(
            new DeleteUserRequest { UserId = deletion.UserId.ToString() }, deadline: RpcDeadlines.After(CallTimeout),
            cancellationToken: stoppingToken);
        return answer.WaitsFor.Length > 0 ? answer.WaitsFor : null;
    }

    private async Task<string?> ForfeitAsync(AccountDeletion deletion, CancellationToken stoppingToken)
    {
        foreach (var (userId, cents) in deletion.Users.Zip(deletion.ForfeitCents))
        {
            try
            {
                await wallet.ForfeitCreditsAsync(
                    new ForfeitCreditsRequest { UserId = userId.ToString(), IdempotencyKey = IdempotencyKey, LimitCents = cents },
                    cancellationToken: stoppingToken);
            }
            catch (RpcException rejected) when (rejected.ErrorCode() == WalletErrorCodes.HoldsOpen)
            {
                return WalletErrorCodes.HoldsOpen;
            }
            catch (RpcException rejected) when (rejected.ErrorCode() == WalletErrorCodes.WalletJoined)
            {
                // Empty: the wallet that it was joined into has the credits.
            }
        }
        return null;
    }

    private async Task<string?> TryAsync(Func<Task<string?>> step, CancellationToken stoppingToken)
    {
        string? waitsFor = null;
        if (await Attempts.FailureAsync(async () => waitsFor = await step(), stoppingToken) is { } failure)
        {
            _steps.Report(failure);
            return Outages.Reason(failure);
        }
        return waitsFor;
    }

    [LoggerMessage(LogLevel.Error, "User {UserId} has deleted the account at {DeletedAt} and is not erased yet: {Reason}")]
    private static partial void LogWaitsLong(ILogger logger, Guid userId, DateTimeOffset deletedAt, string reason);
}
