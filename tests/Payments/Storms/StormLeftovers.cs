using Npgsql;

namespace ReelBallers.Payments.Tests;

/// <summary>What is left in the service after a storm: the poison, with its reasons, and nothing else.</summary>
internal sealed class StormLeftovers(StormStack stack, StormPoison poison)
{
    public async Task AreOnlyPoisonAsync()
    {
        var parked = await RowsAsync("select id, reason, '' from parked_items");
        Assert.Equal(
            poison.Parked.Order(ByKey).Select(item => $"{item.Key} {item.Value}"),
            parked.Select(row => KeyValuePair.Create(row.Id, row.Reason)).Order(ByKey).Select(item => $"{item.Key} {item.Value}"));

        var dead = await RowsAsync("select id, coalesce(outcome, ''), payload from stripe_events where state = 3");
        var unexpected = dead.Where(row => !poison.Dead.Any(known =>
            known.Value == row.Reason && (known.Key == row.Id || row.Payload.Contains(known.Key, StringComparison.Ordinal)))).ToList();
        Assert.Empty(unexpected);
        var missing = poison.Dead.Where(known => !known.Key.StartsWith("cs_", StringComparison.Ordinal)
            && !dead.Exists(row => row.Id == known.Key)).ToList();
        Assert.Empty(missing);

        var waiting = await RowsAsync("select id, '', '' from stripe_events where state = 1");
        Assert.Equal(poison.Waiting.Order(), waiting.Select(row => row.Id).Order());
    }

    private static readonly Comparer<KeyValuePair<string, string>> ByKey =
        Comparer<KeyValuePair<string, string>>.Create((one, other) => string.CompareOrdinal(one.Key, other.Key));

    private async Task<List<Row>> RowsAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(stack.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Row>();
        while (await reader.ReadAsync())
        {
            rows.Add(new Row(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }
        return rows;
    }

    private sealed record Row(string Id, string Reason, string Payload)
    {
        // A payload is long.
        public override string ToString() => $"{Id} {Reason}";
    }
}
