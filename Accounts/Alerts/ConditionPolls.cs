using Grpc.Core;
using Grpc.Net.ClientFactory;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;
using Client = ReelBallers.Operations.V1.OperationsService.OperationsServiceClient;

namespace ReelBallers.Accounts;

/// <summary>
/// Asks a service what needs an operator and stores the answer as alerts. Who asks is decided in the database, and an answer that comes
/// after the next question is dropped: of two replicas one stores, and never something older than what is stored.
/// </summary>
internal sealed class ConditionPolls(
    AccountsDbContext database, Alerts alerts, ConditionLists own, GrpcClientFactory clients, IOptions<AlertsOptions> options,
    TimeProvider time)
{
    /// <summary>Accounts itself, which is asked without a call.</summary>
    public const string Own = "accounts";

    private static readonly string[] Others = ["payments", "wallet", "storage", "jobs"];

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The services that are asked; Accounts last, since it says which of the others do not answer.</summary>
    public static IReadOnlyList<string> Services { get; } = [.. Others, Own];

    /// <summary>Registers the clients.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<ConditionPolls>();
        builder.AddGrpcClients<Client>(Others);
    }

    /// <summary>Asks if it is due and no other replica has. What could be read is stored even if the rest fails.</summary>
    /// <returns>Whether it was asked.</returns>
    /// <exception cref="RpcException">The service did not say everything.</exception>
    public async Task<bool> RunAsync(string service, CancellationToken cancellationToken)
    {
        if (await ClaimAsync(service, cancellationToken) is not { } version)
        {
            return false;
        }
        var lists = new List<ConditionList>();
        Exception? failure = null;
        try
        {
            await foreach (var list in ReadAsync(service, cancellationToken))
            {
                lists.Add(list);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            failure = exception;
        }
        await StoreAsync(service, version, lists, isComplete: failure is null, cancellationToken);
        return failure is null ? true : throw new ServiceSilentException(service, failure);
    }

    private async Task<long?> ClaimAsync(string service, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var claimed = await database.Database.SqlQuery<long>(
            $"""
            insert into condition_polls as poll (service, version, due_at)
            values ({service}, 1, {now + TimeSpan.FromSeconds(options.Value.PollSeconds)})
            on conflict (service) do update set version = poll.version + 1, due_at = excluded.due_at where poll.due_at <= {now}
            returning version as "Value"
            """).ToListAsync(cancellationToken);
        return claimed.Count == 0 ? null : claimed[0];
    }

    private async IAsyncEnumerable<ConditionList> ReadAsync(
        string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (service == Own)
        {
            await foreach (var list in own.ReadAsync(cancellationToken))
            {
                yield return list;
            }
            yield break;
        }
        using var answer = clients.CreateClientOf<Client>(service).ListConditions(
            new ListConditionsRequest(), deadline: RpcDeadlines.After(Timeout), cancellationToken: cancellationToken);
        await foreach (var list in answer.ResponseStream.ReadAllAsync(cancellationToken))
        {
            yield return list;
        }
    }

    private async Task StoreAsync(
        string service, long version, IReadOnlyList<ConditionList> lists, bool isComplete, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.LockTextAsync(AlertDigests.Lock, "", cancellationToken);
        var current = await database.Database.ExecuteSqlAsync(
            $"""
            update condition_polls set failing_since = case when not {isComplete} then coalesce(failing_since, {time.GetUtcNow()}) end
            where service = {service} and version = {version}
            """, cancellationToken);
        if (current == 0)
        {
            return;
        }
        foreach (var list in lists)
        {
            await alerts.StoreAsync(list, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>A service has not said everything that needs an operator; it is asked again.</summary>
internal sealed class ServiceSilentException(string service, Exception inner)
    : DependencyUnavailableException($"{service} does not say what needs an operator", inner);
