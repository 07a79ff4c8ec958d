using System.Diagnostics.Metrics;

namespace ReelBallers.Accounts;

/// <summary>The service's metrics.</summary>
internal sealed class AccountsMeter
{
    private readonly Counter<long> _mails;

    public AccountsMeter(IMeterFactory factory) => _mails = factory.Create("ReelBallers.Accounts").CreateCounter<long>(
        "accounts.mails", "{mail}", "Mails that have left the outbox, by kind and result: sent or failed.");

    public void Ended(MailKind kind, string result) => _mails.Add(
        1, new KeyValuePair<string, object?>("kind", kind.ToText()), new KeyValuePair<string, object?>("result", result));
}
