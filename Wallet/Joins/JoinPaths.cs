namespace ReelBallers.Wallet;

/// <summary>
/// Where commands lead that name a wallet that was joined into another one, over any number of joins. What concerns payments follows
/// the credits: credits, deductions, clawbacks, reinstatements and freezes. Keys and references belong to the user that a command names, so
/// in the other wallet they carry that user's id. Everything else is decided on the closed wallet, which rejects it.
/// </summary>
internal sealed class JoinPaths
{
    private const char Own = '§';

    private readonly Dictionary<Guid, WalletJoin> _joins = [];

    /// <summary>Whether no wallet is known to be joined, as is usual.</summary>
    public bool IsEmpty => _joins.Count == 0;

    /// <summary>The joins, in no order.</summary>
    public IReadOnlyCollection<WalletJoin> All => _joins.Values;

    /// <summary>The join that closed a wallet, if any.</summary>
    public WalletJoin? Find(Guid userId) => _joins.GetValueOrDefault(userId);

    public void Add(WalletJoin join) => _joins[join.UserId] = join;

    /// <summary>The open wallet that a wallet was joined into; itself when it is open.</summary>
    /// <exception cref="LedgerCorruptException">The rows form a cycle, which only an edit of the database can cause.</exception>
    public Guid EndOf(Guid userId)
    {
        for (var steps = 0; _joins.TryGetValue(userId, out var join); userId = join.IntoUserId)
        {
            if (++steps > _joins.Count)
            {
                throw new LedgerCorruptException($"The joins of {userId} form a cycle.");
            }
        }
        return userId;
    }

    /// <summary>The user whose wallet a command changes.</summary>
    public Guid TargetOf(Command command) => Follows(command) ? EndOf(command.UserId) : command.UserId;

    /// <summary>The command as it is decided.</summary>
    public Command Follow(Command command)
    {
        var target = TargetOf(command);
        if (target == command.UserId)
        {
            return command;
        }
        return command switch
        {
            Freeze freeze => new Freeze(target, NameIn(freeze.UserId, freeze.Reference)),
            Unfreeze unfreeze => new Unfreeze(target, NameIn(unfreeze.UserId, unfreeze.Reference)),
            _ => command with { UserId = target, Key = NameIn(command.UserId, command.Key) },
        };
    }

    /// <summary>
    /// Where the key of a command may have been used if its wallet was joined into another one: there and in all wallets on the way,
    /// by a command that has followed. The keys of the service's own commands do not follow.
    /// </summary>
    public IEnumerable<(Guid UserId, string Key)> KeysOf(Command command)
    {
        if (command.Key.StartsWith(Own) || Find(command.UserId) is not { } join)
        {
            yield break;
        }
        yield return (command.UserId, command.Key);
        var end = EndOf(command.UserId);
        for (var userId = join.IntoUserId; ; userId = _joins[userId].IntoUserId)
        {
            yield return (userId, NameIn(command.UserId, command.Key));
            if (userId == end)
            {
                yield break;
            }
        }
    }

    /// <summary>A key or reference of a user's in the wallet that the user's was joined into. It keeps the user who had it first.</summary>
    public static string NameIn(Guid userId, string text) => text.StartsWith(Own) ? text : $"{Own}{userId:N}:{text}";

    private static bool Follows(Command command) => command is Credit or Deduct or ClawBack or Reinstate or Freeze or Unfreeze;
}
