using System.Text.RegularExpressions;
using Npgsql;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Wallet.Tests;

/// <summary>Two replicas on a database of their own, and the people who use them.</summary>
internal sealed partial class Storm : IAsyncDisposable
{
    private readonly int _seed;
    private readonly TestDatabase _database;
    private readonly Replicas _replicas;
    private readonly List<StormPerson> _people = [];

    private Storm(int seed, TestDatabase database)
    {
        (_seed, _database) = (seed, database);
        _replicas = new Replicas(new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = database.ConnectionString });
    }

    public static async Task<Storm> StartAsync(int seed)
    {
        var storm = new Storm(seed, await TestDatabase.CreateAsync());
        await storm._replicas.StartAsync();
        return storm;
    }

    /// <summary>New people live their lives, and a replica is killed when they are half over.</summary>
    public async Task RageAsync(int count, int kill)
    {
        StormPerson[] people = [.. Enumerable.Range(_people.Count, count).Select(number => new StormPerson(_seed, number, _replicas))];
        _people.AddRange(people);
        var before = _replicas.Interrupted;
        var lives = Task.WhenAll(people.Select(person => Task.Run(person.LiveAsync)));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(lives.IsCompleted || people.Sum(person => person.Acts) >= people.Sum(person => person.PlannedActs) / 2),
            "half of the acts are over");
        await _replicas.KillAsync(kill % 2);
        await lives;
        Assert.True(_replicas.Interrupted > before, "The kill has interrupted no call.");
    }

    /// <summary>The wallets, payments, lots and keys are what the callers were told, and the audit has no findings.</summary>
    public async Task AgreesAsync()
    {
        foreach (var person in _people)
        {
            await person.AgreesAsync(_replicas[0]);
        }
        Assert.Equal(_people.SelectMany(person => person.Keys).Order(), (await KeysAsync()).Order());
        using var audit = _replicas[0].Audit(new AuditRequest());
        Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None));
    }

    // The keys of the callers, each with the user who has used it. Whether a join leaves a transfer depends on what there was to move.
    private async Task<List<(string User, string Key)>> KeysAsync()
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT user_id, idempotency_key FROM transfers WHERE idempotency_key NOT LIKE 'join%'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            var (user, key) = (reader.GetGuid(0), reader.GetString(1));
            if (Followed().Match(key) is { Success: true } followed)
            {
                keys.Add((Guid.ParseExact(followed.Groups[1].Value, "N").ToString(), followed.Groups[2].Value));
            }
            else if (key[0] != '§')
            {
                keys.Add((user.ToString(), key));
            }
        }
        return keys;
    }

    [GeneratedRegex("^§([0-9a-f]{32}):(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Followed();

    public async ValueTask DisposeAsync()
    {
        _replicas.Dispose();
        await _database.DisposeAsync();
    }
}
