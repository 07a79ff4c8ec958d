using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Whether the address of the alerts is suppressed, so that no mail can tell the operators; a post can.</summary>
internal sealed class SilencedAdmin(Suppressions suppressions, IOptions<AdminOptions> admin) : IConditionSource
{
    public string Kind => AlertKinds.AdminSuppressed;

    /// <summary>Why the address gets no mails of alerts; null when it does, and without one.</summary>
    public async Task<SuppressedAddress?> FindAsync(CancellationToken cancellationToken) =>
        admin.Value.NormalizedEmail is { } email && await suppressions.FindAsync(email, cancellationToken) is { } suppressed
            && suppressed.Stops(MailKind.Alert) ? suppressed : null;

    public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) is not { } suppressed
            ? []
            :
            [
                new OpenCondition(
                    "admin", $"No alert is mailed: {AdminOptions.EmailVariable} is suppressed ({suppressed.Reason.ToText()}).",
                    suppressed.SuppressedAt),
            ];
}
