using System.Runtime.CompilerServices;

namespace ReelBallers.Wallet;

/// <summary>The calls that concern the users of several databases.</summary>
internal sealed class ShardedCalls(Shards shards, WalletMeter meter)
{
    /// <summary>
    /// Executes commands, those of each database in their order. Linked commands succeed or fail together, which two databases cannot
    /// promise: if their users are in different ones, none of them is executed.
    /// </summary>
    public async Task<Outcome[]> ApplyAsync(Command[] commands, bool[]? linked, CancellationToken cancellationToken)
    {
        if (shards.All.Count == 1)
        {
            return await shards.All[0].Ledger.ApplyAsync(commands, linked, cancellationToken);
        }
        var outcomes = new Outcome[commands.Length];
        var parts = new List<int>[shards.All.Count];
        foreach (var group in new Submission(commands, linked).Split())
        {
            var numbers = group.Commands.Select(command => shards.Of(command.UserId).Id.Number).Distinct().ToArray();
            if (numbers.Length > 1)
            {
                meter.NotExecuted(group.Length, OutcomeCode.LinkedAcrossDatabases);
                Outcome.Of(OutcomeCode.LinkedAcrossDatabases, group.Length).CopyTo(outcomes, group.Offset);
                continue;
            }
            (parts[numbers[0]] ??= []).AddRange(Enumerable.Range(group.Offset, group.Length));
        }
        await Task.WhenAll(shards.All.Select(shard => ApplyAsync(shard, parts[shard.Id.Number] ?? [])));
        return outcomes;

        async Task ApplyAsync(Shard shard, List<int> part)
        {
            if (part.Count == 0)
            {
                return;
            }
            bool[]? links = linked is null ? null : [.. part.Select(i => linked[i])];
            var applied = await shard.Ledger.ApplyAsync([.. part.Select(i => commands[i])], links, cancellationToken);
            foreach (var (i, outcome) in part.Zip(applied))
            {
                outcomes[i] = outcome;
            }
        }
    }

    /// <summary>Joins two wallets of one database; one command cannot write to two.</summary>
    public Task<Outcome> JoinAsync(JoinWallets join, CancellationToken cancellationToken)
    {
        var shard = shards.Of(join.UserId);
        if (shard == shards.Of(join.IntoUserId))
        {
            return shard.Ledger.ApplyAsync(join, cancellationToken);
        }
        meter.NotExecuted(1, OutcomeCode.LinkedAcrossDatabases);
        return Task.FromResult(new Outcome(OutcomeCode.LinkedAcrossDatabases));
    }

    /// <summary>The wallet of each of these users; an empty one for a user who has none.</summary>
    public async Task<Dictionary<Guid, Account>> FindAsync(Guid[] userIds, CancellationToken cancellationToken)
    {
        if (shards.All.Count == 1)
        {
            return await shards.All[0].Accounts.FindAsync(userIds, cancellationToken);
        }
        var found = await Task.WhenAll(userIds.GroupBy(shards.Of)
            .Select(users => users.Key.Accounts.FindAsync([.. users], cancellationToken)));
        return found.SelectMany(accounts => accounts).ToDictionary();
    }

    /// <summary>The inconsistencies of one wallet or, database by database, of all.</summary>
    public async IAsyncEnumerable<AuditFinding> AuditAsync(Guid? userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var shard in userId is { } user ? [shards.Of(user)] : shards.All)
        {
            await foreach (var finding in shard.Audit.RunAsync(userId, cancellationToken))
            {
                yield return finding;
            }
        }
    }
}
