using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Writes the audit log: the table <c>audit_entries</c>, to which rows are only added.</summary>
internal sealed class AuditLog(AccountsDbContext database, TimeProvider time)
{
    /// <summary>
    /// Adds an entry to the caller's transaction, as its last statement: others that add one wait until it ends, so it must not wait for
    /// another lock from then on.
    /// </summary>
    public async Task AddAsync(AuditedAct act, AuditState state, CancellationToken cancellationToken)
    {
        if (await InsertAsync(act, state, cancellationToken) != 1)
        {
            throw new InvalidOperationException($"The act {act.ActId} is in the audit log already.");
        }
    }

    /// <summary>As <see cref="AddAsync"/>; does nothing when an attempt before has added it.</summary>
    public Task AddOnceAsync(AuditedAct act, AuditState state, CancellationToken cancellationToken) =>
        InsertAsync(act, state, cancellationToken);

    private Task<int> InsertAsync(AuditedAct act, AuditState state, CancellationToken cancellationToken)
    {
        var (before, after) = (Serialize(act.Before), Serialize(act.After));
        var salt = act.ClientAddress is null ? null : RandomNumberGenerator.GetBytes(AuditChain.SaltBytes);
        var clientHash = salt is null ? null : AuditChain.HashClient(salt, act.ClientAddress!);
        // The trigger sets the number and the hashes.
        return database.Database.ExecuteSqlAsync(
            $"""
            insert into audit_entries
                (sequence, at, act_id, state, actor_id, action, subject_id, target, reason, before, after, client_hash, previous_hash, hash,
                    client_address, client_salt)
            values (0, {time.GetUtcNow()}, {act.ActId}, {(short)state}, {act.ActorId}, {act.Action}, {act.SubjectId}, {act.Target},
                {act.Reason}, {before}, {after}, {clientHash}, '', '', {act.ClientAddress}, {salt})
            on conflict do nothing
            """, cancellationToken);
    }

    private static string? Serialize(object? state) => state is null ? null : JsonSerializer.Serialize(state, ApiJson.Options);
}
