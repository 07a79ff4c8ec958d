using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Deletes the rows of files that were removed long ago, old downloads, and the addresses in them, in small batches.</summary>
internal sealed class OldRows(NpgsqlDataSource dataSource, IOptions<RetentionOptions> retention, TimeProvider time)
{
    // Longer than a record of an idempotency key: a repeated request must not create its upload anew.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private static readonly string[] FileStatements =
    [
        """
        delete from uploads where (user_id, upload_id) in
          (select user_id, upload_id from uploads where removed_at < $1 limit $2 for update skip locked)
        """,
        """
        delete from outputs where (user_id, job_id) in
          (select user_id, job_id from outputs where removed_at < $1 limit $2 for update skip locked)
        """,
        """
        delete from file_uses where (user_id, upload_id, job_id) in
          (select user_id, upload_id, job_id from file_uses where until < $1 limit $2 for update skip locked)
        """,
    ];

    private const string Downloads =
        """
        delete from downloads where (user_id, download_id) in
          (select user_id, download_id from downloads where last_at < $1 limit $2 for update skip locked)
        """;

    private const string Addresses =
        """
        update downloads set client_address = null where (user_id, download_id) in
          (select user_id, download_id from downloads where client_address <> '' and last_at < $1 limit $2 for update skip locked)
        """;

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (var statement in FileStatements)
        {
            await InBatchesAsync(statement, KeptFor, cancellationToken);
        }
        await InBatchesAsync(Downloads, TimeSpan.FromDays(RetentionOptions.DownloadDays), cancellationToken);
        await InBatchesAsync(Addresses, TimeSpan.FromDays(retention.Value.AddressDays), cancellationToken);
    }

    private Task InBatchesAsync(string statement, TimeSpan keptFor, CancellationToken cancellationToken) => Batches.RepeatAsync(async () =>
    {
        await using var command = dataSource.CreateCommand(statement);
        command.Parameters.Add(new() { Value = time.GetUtcNow() - keptFor });
        command.Parameters.Add(new() { Value = Batches.Size });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });
}
