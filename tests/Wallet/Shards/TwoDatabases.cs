namespace ReelBallers.Wallet.Tests;

/// <summary>One Wallet service on two databases.</summary>
public sealed class TwoDatabases : WalletFixture
{
    protected override int Shards => 2;

    /// <summary>A new user whose wallet is in the database of this number.</summary>
    public static string UserIn(int number)
    {
        Guid user;
        do
        {
            user = Guid.NewGuid();
        }
        while (ShardId.NumberOf(user, 2) != number);
        return user.ToString();
    }
}

[CollectionDefinition("Two databases")]
public sealed class TwoDatabasesCollection : ICollectionFixture<TwoDatabases>;

/// <summary>The promises of one database hold on two.</summary>
[Collection("Two databases")]
public sealed class ShardedConcurrencyTests(TwoDatabases fixture) : ConcurrencyPromises(fixture);
