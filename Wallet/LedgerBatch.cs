namespace ReelBallers.Wallet;

/// <summary>
/// Commands that are decided together, in their order, over what was loaded for them; gathers what is to be written.
/// A later command sees what an earlier one did.
/// </summary>
internal sealed class LedgerBatch
{
    private readonly Dictionary<Guid, Account> _accounts = [];
    private readonly Dictionary<(Guid UserId, string JobId), Hold> _holds = [];
    private readonly Dictionary<(Guid UserId, string Key), Remembered> _remembered = [];
    private readonly Dictionary<Guid, Account> _changedAccounts = [];
    private readonly Dictionary<(Guid UserId, string JobId), Hold> _changedHolds = [];
    private readonly List<Transfer> _transfers = [];

    public IReadOnlyList<Transfer> Transfers => _transfers;

    public IReadOnlyCollection<Account> ChangedAccounts => _changedAccounts.Values;

    public IReadOnlyCollection<Hold> ChangedHolds => _changedHolds.Values;

    /// <summary>The job whose hold a command is about; null when it is about none.</summary>
    public static string? HoldOf(Command command) => command switch
    {
        PlaceHold place => place.JobId,
        SettleHold settle => settle.JobId,
        ReleaseHold release => release.JobId,
        _ => null,
    };

    public void Load(Account account) => _accounts[account.UserId] = account;

    public void Load(Hold hold) => _holds[(hold.UserId, hold.JobId)] = hold;

    public void Load(Guid userId, string key, Remembered remembered) => _remembered[(userId, key)] = remembered;

    public bool Has(Guid userId) => _accounts.ContainsKey(userId);

    public Outcome[] Decide(IReadOnlyList<Command> commands, DateTimeOffset now)
    {
        var outcomes = new Outcome[commands.Count];
        for (var i = 0; i < commands.Count; i++)
        {
            outcomes[i] = Decide(commands[i], now);
        }
        return outcomes;
    }

    private Outcome Decide(Command command, DateTimeOffset now)
    {
        var account = _accounts.GetValueOrDefault(command.UserId) ?? Account.Empty(command.UserId);
        var hold = HoldOf(command) is { } jobId ? _holds.GetValueOrDefault((command.UserId, jobId)) : null;
        var decision = LedgerRules.Decide(account, hold, _remembered.GetValueOrDefault((command.UserId, command.Key)), command, now);
        if (decision.Transfers.Count > 0)
        {
            _transfers.AddRange(decision.Transfers);
            _accounts[command.UserId] = _changedAccounts[command.UserId] = decision.Account;
            _remembered[(command.UserId, command.Key)] = new Remembered(command.RequestHash, decision.Outcome.BalanceCents);
            if (decision.Hold is { } changed)
            {
                _holds[(changed.UserId, changed.JobId)] = _changedHolds[(changed.UserId, changed.JobId)] = changed;
            }
        }
        return decision.Outcome;
    }
}
