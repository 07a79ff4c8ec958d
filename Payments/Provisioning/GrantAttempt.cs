using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>
/// One attempt at a leased grant: looks what the outside system has, and changes it to what all grants for that access together ask for.
/// One at a time does so for an access. It can be repeated.
/// </summary>
internal sealed partial class GrantAttempt(
    Grants grants, GrantLists lists, AccessApi api, NpgsqlDataSource dataSource, AccessSessionAlarm alarm,
    IOptions<ProvisioningOptions> options, PaymentsMeter meter, ServiceTracer tracer, TimeProvider time, ILogger<GrantAttempt> logger)
{
    /// <summary>For all calls of one attempt.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(45);

    // Expirations are listed without fractions of a second.
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PauseForAnother = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Makes it.</summary>
    /// <param name="grant">As it was leased.</param>
    /// <param name="stoppingToken">Cancels it; another one is made when the lease is over.</param>
    /// <returns>How long no grant can succeed; usually zero.</returns>
    public async Task<TimeSpan> RunAsync(AccessGrant grant, CancellationToken stoppingToken)
    {
        using var span = tracer.Continue(grant.State == GrantState.Pending ? "grant access" : "revoke access", grant.TraceParent);
        span?.SetTag("reelballers.checkout.id", grant.CheckoutId);
        using var bound = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, stoppingToken);
        try
        {
            await AttemptAsync(grant, both.Token);
        }
        catch (AccessSessionRejectedException rejected)
        {
            meter.GrantAttempted(grant.State, "session_rejected");
            alarm.Rejected(rejected.Status);
            var pause = options.Value.SessionRetry;
            // A little apart from the others that wait.
            await grants.WaitForSessionAsync(grant, pause * (1 + (0.25 * Random.Shared.NextDouble())), rejected.Message, stoppingToken);
            return pause;
        }
        catch (AccessRejectedException rejected)
        {
            meter.GrantAttempted(grant.State, "rejected");
            await GiveUpAsync(grant, rejected.Message, stoppingToken);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            span.Fail(failure);
            await FailAsync(grant, failure, stoppingToken);
        }
        return TimeSpan.Zero;
    }

    private async Task AttemptAsync(AccessGrant grant, CancellationToken cancellationToken)
    {
        if (!options.Value.UsesApi)
        {
            await grants.LeaveAsync(grant, toOperator: true, error: null, cancellationToken);
            return;
        }
        if (grant.Attempts > options.Value.MaxAttempts)
        {
            await GiveUpAsync(grant, grant.Error ?? "The process ended during the last attempt.", cancellationToken);
            return;
        }
        await using var alone = await new AdvisoryLock(dataSource, LockOf(grant)).TryTakeAsync(cancellationToken);
        if (alone is null)
        {
            await grants.WaitForAnotherAsync(grant, PauseForAnother, cancellationToken);
            return;
        }
        var wanted = await lists.WantedAsync(grant, cancellationToken);
        var access = grant.State == GrantState.Pending
            ? await GiveAsync(grant, wanted, cancellationToken) : await TakeBackAsync(grant, wanted, cancellationToken);
        alarm.Accepted();
        meter.GrantAttempted(grant.State, "done");
        // Not cancelled: it is done.
        await grants.ConfirmAsync(grant, access, CancellationToken.None);
    }

    private async Task<WantedAccess> GiveAsync(AccessGrant grant, WantedAccess wanted, CancellationToken cancellationToken)
    {
        if (!wanted.IsWanted)
        {
            throw new AccessRejectedException("Its time was over before it could be given.");
        }
        var name = await api.FindNameAsync(grant.AccessUsername, cancellationToken)
            ?? throw new AccessRejectedException("The outside system has no user of that name.");
        var listed = await api.FindAsync(grant.Product, name, cancellationToken);
        if (listed is null)
        {
            if (await api.AddAsync(grant.Product, name, wanted.Until, cancellationToken))
            {
                return wanted;
            }
            listed = await api.FindAsync(grant.Product, name, cancellationToken)
                ?? throw new AccessUnavailableException("The outside system says that the access exists, and does not list it.");
        }
        // What somebody has given for longer stays.
        if (listed.Until is null || (wanted.Until is { } until && listed.Until >= until - Precision))
        {
            return wanted with { Until = listed.Until };
        }
        await api.ModifyAsync(grant.Product, name, wanted.Until, cancellationToken);
        return wanted;
    }

    private async Task<WantedAccess> TakeBackAsync(AccessGrant grant, WantedAccess wanted, CancellationToken cancellationToken)
    {
        if (await api.FindNameAsync(grant.AccessUsername, cancellationToken) is not { } name)
        {
            // A user who was renamed still has it, under a name that we do not know.
            return grant.GrantedAt is null && await api.FindAsync(grant.Product, grant.AccessUsername, cancellationToken) is null
                ? wanted
                : throw new AccessRejectedException("The outside system has no user of that name any more.");
        }
        if (!wanted.IsWanted)
        {
            await api.RemoveAsync(grant.Product, name, cancellationToken);
        }
        else if (await api.FindAsync(grant.Product, name, cancellationToken) is { } listed && !IsSame(listed.Until, wanted.Until))
        {
            await api.ModifyAsync(grant.Product, name, wanted.Until, cancellationToken);
        }
        return wanted;
    }

    private async Task FailAsync(AccessGrant grant, Exception failure, CancellationToken cancellationToken)
    {
        meter.GrantAttempted(grant.State, "failed");
        if (grant.Attempts >= options.Value.MaxAttempts)
        {
            await GiveUpAsync(grant, Outages.Reason(failure), cancellationToken);
            return;
        }
        LogFailed(
            grant.Id, grant.State, grant.Attempts, Outages.Reason(failure), Outages.IsOutage(failure, cancellationToken) ? null : failure);
        var asked = failure is AccessUnavailableException { RetryAfter: var wait } ? wait : TimeSpan.Zero;
        var pause = GrantRules.PauseAfter(grant.Attempts, options.Value.RetryAfter, Random.Shared.NextDouble());
        pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Math.Max(asked.Ticks, pause.Ticks)));
        await grants.RetryAsync(grant, pause, Outages.Reason(failure), cancellationToken);
    }

    private Task GiveUpAsync(AccessGrant grant, string reason, CancellationToken cancellationToken) =>
        grants.LeaveAsync(grant, options.Value.FallsBack, reason, cancellationToken);

    private static bool IsSame(DateTimeOffset? one, DateTimeOffset? other) =>
        one is { } first && other is { } second ? (first - second).Duration() <= Precision : one == other;

    internal static long LockOf(AccessGrant grant) => BinaryPrimitives.ReadInt64BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes($"access {grant.Product} {grant.AccessKey}")));

    [LoggerMessage(LogLevel.Warning, "Grant {GrantId} ({State}) failed, attempt {Attempt}; it will be tried again ({Reason})")]
    private partial void LogFailed(Guid grantId, GrantState state, int attempt, string reason, Exception? exception);
}
