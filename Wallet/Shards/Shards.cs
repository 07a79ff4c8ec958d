using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The databases of the ledger, and which of them has a user's wallet.</summary>
internal sealed class Shards(Shard first, ShardContainers others) : IUserPartition
{
    private readonly Shard[] _all = [first, .. others.All.Select(container => container.GetRequiredService<Shard>())];

    /// <summary>All databases by their number.</summary>
    public IReadOnlyList<Shard> All => _all;

    /// <summary>The database with the wallet of this user.</summary>
    public Shard Of(Guid userId) => _all[ShardId.NumberOf(userId, _all.Length)];

    /// <inheritdoc/>
    public IReadOnlyList<NamedDatabase> Databases =>
        [.. _all.Select(shard => new NamedDatabase(shard.Id.ConnectionName, shard.DataSource))];

    /// <inheritdoc/>
    public IServiceProvider ServicesOf(Guid userId) => Of(userId).Services;
}
