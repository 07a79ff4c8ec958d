using System.Globalization;

namespace ReelBallers.Benchmarks;

/// <summary>What PostgreSQL wrote ahead.</summary>
/// <param name="Bytes">The length of all records, full-page images included.</param>
/// <param name="PageImages">The number of full-page images, one for each page that changes first after a checkpoint.</param>
/// <param name="PageImageBytes">Their length.</param>
public sealed record WalUse(long Bytes, long PageImages, long PageImageBytes)
{
    public static WalUse operator +(WalUse left, WalUse right) => new(
        left.Bytes + right.Bytes, left.PageImages + right.PageImages, left.PageImageBytes + right.PageImageBytes);

    /// <summary>The use of one of that many operations, as text.</summary>
    public string Each(long operations) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(double)Bytes / operations:N0} bytes, {(double)PageImageBytes / operations:N0} of them in ")
        + string.Create(CultureInfo.InvariantCulture, $"{(double)PageImages / operations:0.00} full-page images");
}

/// <summary>Reads PostgreSQL's write-ahead log by the extension pg_walinspect, which comes with PostgreSQL from version 15 on.</summary>
public sealed class WalRecords
{
    private readonly string _database;

    private WalRecords(string database) => _database = database;

    public static async Task<WalRecords> OpenAsync(BenchmarkServer server, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync("walinspect", cancellationToken);
        await BenchmarkServer.ExecuteAsync(database, "CREATE EXTENSION pg_walinspect", cancellationToken);
        return new WalRecords(database);
    }

    /// <summary>The end of the log now.</summary>
    public Task<string> PositionAsync(CancellationToken cancellationToken) =>
        BenchmarkServer.ScalarAsync<string>(_database, "SELECT pg_current_wal_flush_lsn()::text", cancellationToken);

    /// <summary>What was written since then.</summary>
    public async Task<WalUse> SinceAsync(string begin, CancellationToken cancellationToken)
    {
        var sums = await BenchmarkServer.ScalarAsync<long[]>(
            _database,
            $"""
            SELECT array[sum(record_length), sum(regexp_count(block_ref, 'FPW')), sum(fpi_length)]::bigint[]
            FROM pg_get_wal_records_info('{begin}', pg_current_wal_flush_lsn())
            """,
            cancellationToken);
        return new WalUse(sums[0], sums[1], sums[2]);
    }
}
