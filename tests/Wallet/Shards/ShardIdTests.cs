using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

/// <summary>In which database a wallet is: a promise to every ledger that has been started.</summary>
[Collection("Wallet")]
public sealed class ShardIdTests(WalletFixture fixture)
{
    // Computed by Python: int.from_bytes(sha256(UUID(user).bytes).digest()[:4], "big") % count.
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000001", 0, 0, 0)]
    [InlineData("6f9619ff-8b86-d011-b42d-00cf4fc964ff", 1, 1, 9)]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", 0, 1, 4)]
    [InlineData("0193f5a4-7c1e-7b3a-9d7e-5c2f3b8a1e60", 1, 0, 7)]
    public void The_number_of_a_users_database_never_changes(string user, int ofTwo, int ofThree, int ofSixteen)
    {
        var id = Guid.Parse(user);

        Assert.Equal(
            [0, ofTwo, ofThree, ofSixteen], new[] { 1, 2, 3, 16 }.Select(count => ShardId.NumberOf(id, count)));
    }

    [Fact]
    public async Task The_documented_query_gives_the_same_number()
    {
        var users = Enumerable.Range(0, 100).Select(_ => Guid.NewGuid()).ToArray();

        var numbers = await NumbersAsync(fixture.Database, $"unnest('{{{string.Join(',', users)}}}'::uuid[])", 3);

        Assert.Equal(users.ToDictionary(user => user, user => ShardId.NumberOf(user, 3)), numbers);
        Assert.Equal([0, 1, 2], numbers.Values.Distinct().Order());
    }

    /// <summary>The number of the database of each of these users, by the query in <c>docs/scale.md</c>.</summary>
    internal static async Task<Dictionary<Guid, int>> NumbersAsync(TestDatabase database, string users, int count)
    {
        var rows = await database.ScalarAsync<string[]>($"""
            SELECT coalesce(
                array_agg(user_id || ' ' || ('x' || left(encode(sha256(uuid_send(user_id)), 'hex'), 8))::bit(32)::bigint % {count}),
                '{"{}"}')
            FROM {users} AS users (user_id)
            """);
        return rows.Select(row => row.Split(' ')).ToDictionary(row => Guid.Parse(row[0]), row => int.Parse(row[1], null));
    }
}
