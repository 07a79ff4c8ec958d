using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>
/// The limits of mails to addresses that a caller names. Links that sign in and those to a new address of an account are counted together:
/// it is the same mailbox that they fill. A client's address has one limit for these and the tickets of callers without an account.
/// </summary>
internal sealed class LinkLimits(AccountsDbContext database, IOptions<SignInOptions> options)
{
    /// <summary>In which the links of an e-mail address, and the changes of an account's address, are counted.</summary>
    public static readonly TimeSpan EmailWindow = TimeSpan.FromMinutes(15);

    /// <summary>In which the links and tickets of a client's address are counted.</summary>
    public static readonly TimeSpan ClientWindow = TimeSpan.FromHours(1);

    /// <summary>Two requests at once would both be the last one that is allowed.</summary>
    public async Task LockAsync(string email, string? clientAddress, CancellationToken cancellationToken)
    {
        await database.LockTextAsync("email", email, cancellationToken);
        if (clientAddress is not null)
        {
            await database.LockTextAsync("client", clientAddress, cancellationToken);
        }
    }

    /// <summary>The time until the next link is possible; null when it is now.</summary>
    /// <param name="email">Where the link goes.</param>
    /// <param name="clientAddress">Who asks for it; null for this machine.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TimeSpan?> PauseAsync(
        string email, string? clientAddress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byEmail = await SlidingWindow.PauseAsync(
            database.SignInLinks.Where(link => link.Email == email).Select(link => link.CreatedAt)
                .Concat(database.AddressChanges.Where(change => change.NewEmail == email).Select(change => change.CreatedAt)),
            options.Value.LinksPerEmail, EmailWindow, now, cancellationToken);
        return SlidingWindow.Longer(byEmail, await PauseOfClientAsync(clientAddress, now, cancellationToken));
    }

    /// <summary>The time until the client's address may name another address; null when it may now.</summary>
    public async Task<TimeSpan?> PauseOfClientAsync(string? clientAddress, DateTimeOffset now, CancellationToken cancellationToken) =>
        clientAddress is null
            ? null
            : await SlidingWindow.PauseAsync(
                database.SignInLinks.Where(link => link.ClientAddress == clientAddress).Select(link => link.CreatedAt)
                    .Concat(database.AddressChanges.Where(change => change.ClientAddress == clientAddress)
                        .Select(change => change.CreatedAt))
                    .Concat(database.Tickets.Where(ticket => ticket.ClientAddress == clientAddress).Select(ticket => ticket.CreatedAt)),
                options.Value.LinksPerClient, ClientWindow, now, cancellationToken);

    /// <summary>The time until the account may ask for another change of its address; null when it may now.</summary>
    public Task<TimeSpan?> PauseOfAccountAsync(Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        SlidingWindow.PauseAsync(
            database.AddressChanges.Where(change => change.UserId == userId).Select(change => change.CreatedAt),
            options.Value.LinksPerEmail, EmailWindow, now, cancellationToken);
}
