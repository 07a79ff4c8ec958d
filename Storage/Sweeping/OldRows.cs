using Npgsql;

namespace ReelBallers.Storage;

/// <summary>Deletes the rows of files that were removed long ago, in small batches.</summary>
internal sealed class OldRows(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int BatchSize = 1000;

    // Longer than a record of an idempotency key: a repeated request must not create its upload anew.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private static readonly string[] Statements =
    [
        """
        delete from uploads where (user_id, upload_id) in
          (select user_id, upload_id from uploads where removed_at < $1 limit 1000 for update skip locked)
        """,
        """
        delete from outputs where (user_id, job_id) in
          (select user_id, job_id from outputs where removed_at < $1 limit 1000 for update skip locked)
        """,
        """
        delete from file_uses where (user_id, upload_id, job_id) in
          (select user_id, upload_id, job_id from file_uses where until < $1 limit 1000 for update skip locked)
        """,
    ];

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (var statement in Statements)
        {
            int deleted;
            do
            {
                await using var command = dataSource.CreateCommand(statement);
                command.Parameters.Add(new() { Value = time.GetUtcNow() - KeptFor });
                deleted = await command.ExecuteNonQueryAsync(cancellationToken);
            }
            while (deleted == BatchSize);
        }
    }
}
