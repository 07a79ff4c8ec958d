using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using WalletClient = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Accounts;

/// <summary>Why an operator cannot join a user into an account: the <c>service_code</c> of the rejected act.</summary>
internal static class JoinErrorCodes
{
    /// <summary>The user has deleted what there was.</summary>
    public const string UserDeleted = "user_deleted";

    /// <summary>The user has an account: accounts are not merged.</summary>
    public const string UserHasAccount = "user_has_account";

    /// <summary>The user belongs to another account, or is going to.</summary>
    public const string AlreadyJoined = "already_joined";

    /// <summary>The account was deleted.</summary>
    public const string AccountDeleted = "account_deleted";

    /// <summary>The other user has no account.</summary>
    public const string AccountNotFound = "account_not_found";

    /// <summary>The user has never had credits.</summary>
    public const string NothingToJoin = "nothing_to_join";

    /// <summary>The user has more credits by now than were asked for.</summary>
    public const string AmountGrown = "amount_grown";
}

/// <summary>
/// Joins an anonymous user into an account because an operator says that both are one person. It adds the task that a sign-in adds
/// (<see cref="WalletJoins"/>) and takes the locks that a sign-in takes; everything else is done by <see cref="WalletJoiner"/>.
/// </summary>
internal sealed class OperatorJoins(
    AccountsDbContext database, AccountReader accounts, AccountLocks locks, WalletJoins joins, AccountDeletions deletions,
    WalletClient wallet, TimeProvider time)
{
    /// <summary>What an act with these users may move, and thus what it is measured by: nothing when the task is there.</summary>
    /// <param name="from">The anonymous user.</param>
    /// <param name="into">The account's user.</param>
    /// <param name="balance">That of the anonymous user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<long> MeasureAsync(Guid from, Guid into, GetBalanceResponse balance, CancellationToken cancellationToken)
    {
        var isKnown = await HasEntriesAsync(from, cancellationToken);
        try
        {
            return await CheckAsync(from, into, isKnown, cancellationToken) is null or { State: WalletJoinState.Rejected }
                ? CentsOf(balance) : 0;
        }
        catch (RpcException rejected) when (ServiceRejections.IsRejection(rejected))
        {
            // As the act itself will say.
            return 0;
        }
    }

    /// <summary>Adds the task. One that was added before, by whomever, stays as it is, and is tried again when it was rejected.</summary>
    /// <param name="act">The operator's act.</param>
    /// <param name="from">The anonymous user.</param>
    /// <param name="into">The account's user.</param>
    /// <param name="agreedCents">What the act was measured by: more is not moved without being asked for.</param>
    /// <param name="cancellationToken">Ends the wait; the task may have been added.</param>
    /// <exception cref="RpcException">It is rejected (<see cref="JoinErrorCodes"/>), or the Wallet does not answer.</exception>
    public async Task<MoneyEffect.Joined> AddAsync(
        JoinAct act, Guid from, Guid into, long agreedCents, CancellationToken cancellationToken)
    {
        var cents = CentsOf(await wallet.GetBalanceAsync(
            new GetBalanceRequest { UserId = from.ToString() }, cancellationToken: cancellationToken));
        var isKnown = await HasEntriesAsync(from, cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // As a sign-in and a deletion do: the account keeps its address, and the user stays anonymous, until the end of the transaction.
        await locks.LockAsync(into, cancellationToken);
        await database.LockTextAsync("user", from.ToString(), cancellationToken);
        var known = await CheckAsync(from, into, isKnown, cancellationToken);
        // An act that has been cut off has one attempt, too.
        if (known is { State: not WalletJoinState.Rejected } || known?.ActId == act.ActId)
        {
            return new MoneyEffect.Joined(from, into, known.State.ToText(), cents);
        }
        // What arrives from now on is the account's anyway: it follows the join, also into a wallet that is joined a moment later.
        if (cents > agreedCents)
        {
            throw Reject(JoinErrorCodes.AmountGrown, "The user has more credits by now than were asked for. Ask for the act again.");
        }
        await (known is null
            ? joins.AddAsync(from, into, time.GetUtcNow(), act, cancellationToken)
            : joins.TryAgainAsync(from, act, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new MoneyEffect.Joined(from, into, WalletJoinState.Pending.ToText(), cents);
    }

    // What jobs hold comes back to the wallet or is spent before the wallets are joined.
    private static long CentsOf(GetBalanceResponse balance) => balance.BalanceCents + balance.HeldCents;

    private async Task<bool> HasEntriesAsync(Guid userId, CancellationToken cancellationToken)
    {
        var request = new ListEntriesRequest { UserId = userId.ToString(), Limit = 1 };
        return (await wallet.ListEntriesAsync(request, cancellationToken: cancellationToken)).Entries.Count > 0;
    }

    // The task that exists for these two, which is tried again when it was rejected; null when one can be added.
    private async Task<WalletJoin?> CheckAsync(Guid from, Guid into, bool isKnown, CancellationToken cancellationToken)
    {
        if (await deletions.FindTimeAsync(from, cancellationToken) is not null)
        {
            throw Reject(JoinErrorCodes.UserDeleted, "The user was deleted.");
        }
        if (await accounts.FindEmailAsync(from, cancellationToken) is not null)
        {
            throw Reject(JoinErrorCodes.UserHasAccount, "The user has an account. Accounts are not merged.");
        }
        var known = await joins.FindAsync(from, cancellationToken);
        if (known is not null && known.IntoUserId != into)
        {
            throw Reject(JoinErrorCodes.AlreadyJoined, "The user belongs to another account, or is going to.");
        }
        if (known is { State: not WalletJoinState.Rejected })
        {
            return known;
        }
        if (await deletions.FindTimeAsync(into, cancellationToken) is not null)
        {
            throw Reject(JoinErrorCodes.AccountDeleted, "The account was deleted.");
        }
        if (await accounts.FindEmailAsync(into, cancellationToken) is null)
        {
            throw Reject(JoinErrorCodes.AccountNotFound, "The other user has no account.");
        }
        return known is not null || isKnown ? known : throw Reject(JoinErrorCodes.NothingToJoin, "The user has never had credits.");
    }

    private static RpcRejection Reject(string code, string detail) => RpcErrors.Reject(StatusCode.FailedPrecondition, code, detail);
}
