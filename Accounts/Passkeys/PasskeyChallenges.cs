using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>The challenges that were given out: in the database, since another replica may get the answer.</summary>
internal sealed class PasskeyChallenges(AccountsDbContext database, TimeProvider time)
{
    /// <summary>Makes one.</summary>
    public async Task<PasskeyChallenge> AddAsync(PasskeyPurpose purpose, Guid caller, CancellationToken cancellationToken)
    {
        var challenge = new PasskeyChallenge
        {
            Challenge = RandomNumberGenerator.GetBytes(PasskeyChallenge.Bytes),
            Purpose = purpose,
            RequestedBy = caller,
            ExpiresAt = time.GetUtcNow() + PasskeyChallenge.Lifetime,
        };
        database.PasskeyChallenges.Add(challenge);
        await database.SaveChangesAsync(cancellationToken);
        return challenge;
    }

    /// <summary>Uses one, once and outside of any transaction: what follows can fail, and the challenge is used up nevertheless.</summary>
    /// <returns>False when it is unknown, was used, is too old, or another user's browser asked for it.</returns>
    public async Task<bool> TakeAsync(byte[] challenge, PasskeyPurpose purpose, Guid caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await database.PasskeyChallenges
            .Where(row => row.Challenge == challenge && row.Purpose == purpose && row.RequestedBy == caller && row.ExpiresAt > now)
            .ExecuteDeleteAsync(cancellationToken) == 1;
    }
}
